// libdeflate for Swift: whole-buffer zlib decompression and CRC-32.
#ifndef MAINSTAY_CDEFLATE_SHIM_H
#define MAINSTAY_CDEFLATE_SHIM_H

#include <libdeflate.h>

#endif
