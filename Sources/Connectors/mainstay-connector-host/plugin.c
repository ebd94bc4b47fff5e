#define _GNU_SOURCE
#include "plugin.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "examine.h"

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#else
#define OUR_MACHINE EM_AARCH64
#endif

enum { MOST_DESCRIPTOR = 64 << 10 };

__attribute__((format(printf, 3, 4))) static void refuse(struct plugin_problem *problem,
                                                         const char *code, const char *format,
                                                         ...) {
    va_list values;
    va_start(values, format);
    problem->code = code;
    vsnprintf(problem->message, PLUGIN_TEXT, format, values);
    va_end(values);
}

static const char *machine_name(unsigned machine) {
    switch (machine) {
    case EM_X86_64: return "x86_64";
    case EM_AARCH64: return "aarch64";
    case EM_386: return "i386";
    case EM_ARM: return "arm";
    default: return "another machine";
    }
}

/* The loader's own words for a library of another machine do not name it. */
static int is_of_this_machine(const char *path, struct plugin_problem *problem) {
    Elf64_Ehdr head;
    memset(&head, 0, sizeof head);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        refuse(problem, "file", "Plugin %s cannot be read: %s", path, strerror(errno));
        return 0;
    }
    ssize_t got = read(file, &head, sizeof head);
    close(file);
    if (got < 20 || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) {
        refuse(problem, "not_a_library", "Plugin %s is not an ELF file", path);
        return 0;
    }
    /* The machine stands at the same place in files of 32 bits. */
    if (head.e_machine != OUR_MACHINE || head.e_ident[EI_CLASS] != ELFCLASS64) {
        refuse(problem, "architecture", "Plugin is built for %s (ELF machine %u), host for %s",
               machine_name(head.e_machine), head.e_machine, machine_name(OUR_MACHINE));
        return 0;
    }
    return 1;
}

static int is_usable(const mst_plugin *plugin, struct plugin_problem *problem) {
    if (!plugin) {
        refuse(problem, "refused", "Plugin refuses a host with ABI %u.%u", MST_ABI_MAJOR,
               MST_ABI_MINOR);
    } else if (plugin->magic != MST_ABI_MAGIC) {
        refuse(problem, "magic", "Plugin has magic 0x%08X, expected 0x%08X", plugin->magic,
               MST_ABI_MAGIC);
    } else if (plugin->abi_major != MST_ABI_MAJOR) {
        refuse(problem, "version", "Plugin has ABI major %u, host has %u", plugin->abi_major,
               MST_ABI_MAJOR);
    } else if (plugin->size < sizeof(mst_plugin)) {
        refuse(problem, "size", "Plugin has mst_plugin of %u bytes, expected at least %zu",
               plugin->size, sizeof(mst_plugin));
    } else if (!plugin->create) {
        refuse(problem, "create", "Plugin has no create function");
    } else if (plugin->descriptor.count > MOST_DESCRIPTOR) {
        refuse(problem, "descriptor", "Plugin has a descriptor of %zu bytes, expected at most %d",
               plugin->descriptor.count, MOST_DESCRIPTOR);
    } else {
        return 1;
    }
    return 0;
}

static mst_entry entry;

mst_entry plugin_entry(void) { return entry; }

const mst_plugin *plugin_load(const char *path, struct plugin_problem *problem) {
    if (!is_of_this_machine(path, problem)) return NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *cause = dlerror();
        refuse(problem, "load", "Plugin does not load: %s", cause ? cause : "no reason given");
        return NULL;
    }
    void *symbol = dlsym(library, MST_ENTRY_SYMBOL);
    if (!symbol) {
        refuse(problem, "symbol", "Plugin has no symbol '%s'", MST_ENTRY_SYMBOL);
        return NULL;
    }
    memcpy(&entry, &symbol, sizeof entry);
    const mst_plugin *plugin = examine_time(entry);
    return is_usable(plugin, problem) ? plugin : NULL;
}
