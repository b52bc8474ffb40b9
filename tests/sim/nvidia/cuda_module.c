// SPDX-License-Identifier: BSD-2-Clause
// Modules, functions and launches. A module is PTX text; a function must be an entry of
// that text as well as a kernel we have.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "counters.h"
#include "kernel.h"

SIM_DECLARE(cuModuleLoadData);
SIM_DECLARE(cuModuleUnload);
SIM_DECLARE(cuModuleGetFunction);
SIM_DECLARE(cuModuleGetGlobal);
SIM_DECLARE(cuLaunchKernel);
SIM_DECLARE(cuLinkCreate);
SIM_DECLARE(cuLinkAddData);
SIM_DECLARE(cuLinkComplete);
SIM_DECLARE(cuLinkDestroy);

struct CUfunc_st {
    struct kernel kernel;
    struct CUmod_st *module;
    struct CUfunc_st *next;
};

struct CUmod_st {
    char *text;
    struct CUfunc_st *functions;
};

CUresult cuModuleLoadData(CUmodule *ret, const void *image)
{
    CUresult error = context_check();
    if (error != CUDA_SUCCESS)
        return error;
    if (!image || !strstr(image, ".version") || !strstr(image, ".target"))
        return SIM_INVALID_IMAGE;
    struct CUmod_st *made = calloc(1, sizeof *made);
    if (!made || !(made->text = strdup(image))) {
        free(made);
        return SIM_OUT_OF_MEMORY;
    }
    counters.modules_loaded++;
    counters.modules_live++;
    *ret = made;
    return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule module)
{
    if (!module)
        return SIM_INVALID_HANDLE;
    for (struct CUfunc_st *f = module->functions, *next; f; f = next) {
        next = f->next;
        free(f);
    }
    free(module->text);
    free(module);
    counters.modules_live--;
    return context_check();
}

static bool has_entry(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, ".entry")); at++) {
        const char *found = at + strlen(".entry");
        found += strspn(found, " \t\r\n");
        if (strncmp(found, name, length) == 0 && strchr("( \t\r\n", found[length]))
            return true;
    }
    return false;
}

CUresult cuModuleGetFunction(CUfunction *ret, CUmodule module, const char *name)
{
    struct kernel kernel = {0};
    CUresult error = context_check();
    if (error != CUDA_SUCCESS)
        return error;
    if (!module || !name)
        return SIM_INVALID_HANDLE;
    if (!has_entry(module->text, name))
        return SIM_NOT_FOUND;
    if (!kernel_find_scale(name, &kernel) && !kernel_find_yadif(name, &kernel)) {
        fprintf(stderr, "simulated driver: no kernel %s\n", name);
        return SIM_NOT_FOUND;
    }
    struct CUfunc_st *made = calloc(1, sizeof *made);
    if (!made)
        return SIM_OUT_OF_MEMORY;
    *made = (struct CUfunc_st){kernel, module, module->functions};
    module->functions = made;
    *ret = made;
    return CUDA_SUCCESS;
}

CUresult cuModuleGetGlobal(CUdeviceptr *ret, size_t *ret_size, CUmodule module, const char *name)
{
    (void)ret, (void)ret_size, (void)module, (void)name;
    return SIM_NOT_FOUND;
}

CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                        unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                        CUstream stream, void **arguments, void **extra)
{
    CUresult error;
    struct CUctx_st *context = context_current(&error);
    (void)shared, (void)stream;
    if (!context)
        return error;
    if (!function || !arguments || extra)
        return SIM_INVALID_VALUE;
    if (!grid_x || !grid_y || !grid_z || block_x * block_y * block_z == 0 ||
        block_x * block_y * block_z > 1024)
        return SIM_INVALID_VALUE;
    if (!context_count_launch(context->device))
        return SIM_ILLEGAL_ADDRESS;
    return function->kernel.run(&function->kernel, arguments);
}

CUresult cuLinkCreate(unsigned count, CUjit_option *options, void **values, CUlinkState *ret)
{
    (void)count, (void)options, (void)values, (void)ret;
    return SIM_NOT_SUPPORTED;
}

CUresult cuLinkAddData(CUlinkState state, CUjitInputType type, void *data, size_t size,
                       const char *name, unsigned count, CUjit_option *options, void **values)
{
    (void)state, (void)type, (void)data, (void)size;
    (void)name, (void)count, (void)options, (void)values;
    return SIM_NOT_SUPPORTED;
}

CUresult cuLinkComplete(CUlinkState state, void **ret, size_t *ret_size)
{
    (void)state, (void)ret, (void)ret_size;
    return SIM_NOT_SUPPORTED;
}

CUresult cuLinkDestroy(CUlinkState state)
{
    (void)state;
    return SIM_NOT_SUPPORTED;
}
