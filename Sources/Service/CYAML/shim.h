// libyaml for Swift: the settings file of a repository.
#ifndef MAINSTAY_CYAML_SHIM_H
#define MAINSTAY_CYAML_SHIM_H

#include <yaml.h>

#endif
