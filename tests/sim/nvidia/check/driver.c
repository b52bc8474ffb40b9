// SPDX-License-Identifier: BSD-2-Clause
// Checks of the simulated driver itself, through FFmpeg's own loader: every name
// resolves, device memory is out of the host's reach, and misuse is refused.
// Prints a line per check as the suites do.
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ffnvcodec/dynlink_cuda.h>
#include <ffnvcodec/dynlink_loader.h>

static CudaFunctions *cuda;
static CuvidFunctions *cuvid;
static NvencFunctions *nvenc;
static CUcontext context;
static int failures;

static void check(bool is_good, const char *name)
{
    printf("%s %s\n", is_good ? "ok  " : "FAIL", name);
    failures += !is_good;
}

static bool host_access_crashes(CUdeviceptr address)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        *(volatile char *)(uintptr_t)address = 1;
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGSEGV;
}

static void check_memory(void)
{
    CUdeviceptr a = 0, b = 0;
    char in[1000], out[1000] = {0};
    memset(in, 7, sizeof in);
    check(cuda->cuMemAlloc(&a, 1000) == CUDA_SUCCESS && a % 512 == 0,
          "memory_is_allocated_aligned");
    check(host_access_crashes(a), "host_access_to_device_memory_crashes");
    check(cuda->cuMemAlloc(&b, 1000) == CUDA_SUCCESS &&
              cuda->cuMemcpyHtoD(a, in, 1000) == CUDA_SUCCESS &&
              cuda->cuMemcpyDtoD(b, a, 1000) == CUDA_SUCCESS &&
              cuda->cuMemcpyDtoH(out, b, 1000) == CUDA_SUCCESS && memcmp(in, out, 1000) == 0,
          "bytes_come_back_from_the_device");
    check(cuda->cuMemcpyHtoD(a, in, 4096) != CUDA_SUCCESS, "copy_beyond_the_end_is_refused");
    check(cuda->cuMemcpyDtoH(out, (CUdeviceptr)(uintptr_t)in, 10) != CUDA_SUCCESS,
          "host_address_as_device_address_is_refused");
    check(cuda->cuMemcpyHtoD(a, (void *)(uintptr_t)b, 10) != CUDA_SUCCESS,
          "device_address_as_host_address_is_refused");
    check(cuda->cuMemFree(b) == CUDA_SUCCESS && cuda->cuMemFree(b) != CUDA_SUCCESS,
          "second_free_is_refused");
    check(cuda->cuMemcpyHtoD(b, in, 10) != CUDA_SUCCESS, "copy_after_free_is_refused");
    cuda->cuMemFree(a);
}

static void check_empty_plane(void)
{
    CUDA_MEMCPY2D copy = {
        .srcMemoryType = CU_MEMORYTYPE_DEVICE, .dstMemoryType = CU_MEMORYTYPE_DEVICE, .Height = 4};
    check(cuda->cuMemcpy2D(&copy) == CUDA_SUCCESS, "copy_of_no_width_is_allowed");
}

static void check_module(void)
{
    CUmodule module;
    CUfunction function;
    static const char text[] = ".version 7.0\n.target sm_30\n"
                               ".visible .entry Subsample_Bilinear_nv12_nv12(\n"
                               ".visible .entry Unheard_Of(\n";
    check(cuda->cuModuleLoadData(&module, "not PTX") != CUDA_SUCCESS,
          "text_that_is_no_ptx_is_refused");
    check(cuda->cuModuleLoadData(&module, text) == CUDA_SUCCESS &&
              cuda->cuModuleGetFunction(&function, module, "Subsample_Bilinear_nv12_nv12") ==
                  CUDA_SUCCESS,
          "kernel_is_found_by_name");
    check(cuda->cuModuleGetFunction(&function, module, "Subsample_Nearest_nv12_nv12") !=
              CUDA_SUCCESS,
          "kernel_that_is_not_in_the_module_is_not_found");
    cuda->cuModuleUnload(module);
}

static void check_contexts(void)
{
    CUcontext popped = NULL;
    CUdeviceptr address;
    check(cuda->cuCtxPopCurrent(&popped) == CUDA_SUCCESS && popped == context, "context_is_popped");
    check(cuda->cuMemAlloc(&address, 512) != CUDA_SUCCESS, "no_memory_without_a_context");
    check(cuda->cuCtxPushCurrent(context) == CUDA_SUCCESS, "context_is_pushed");
}

static void check_one_state(void)
{
    // A session needs a context that the other library name made.
    NV_ENCODE_API_FUNCTION_LIST list = {.version = NV_ENCODE_API_FUNCTION_LIST_VER};
    NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS how = {.version = NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS_VER,
                                                .deviceType = NV_ENC_DEVICE_TYPE_CUDA,
                                                .apiVersion = NVENCAPI_VERSION,
                                                .device = context};
    void *session = NULL;
    check(nvenc->NvEncodeAPICreateInstance(&list) == NV_ENC_SUCCESS &&
              list.nvEncOpenEncodeSessionEx(&how, &session) == NV_ENC_SUCCESS,
          "three_names_are_one_driver");
    if (session)
        list.nvEncDestroyEncoder(session);
}

int main(void)
{
    CUdevice device;
    check(cuda_load_functions(&cuda, NULL) == 0 && cuvid_load_functions(&cuvid, NULL) == 0 &&
              nvenc_load_functions(&nvenc, NULL) == 0,
          "every_name_of_the_loader_resolves");
    if (failures)
        return 1;
    check(cuda->cuDeviceGet(&device, 0) != CUDA_SUCCESS, "nothing_works_before_init");
    check(cuda->cuInit(0) == CUDA_SUCCESS && cuda->cuDeviceGet(&device, 0) == CUDA_SUCCESS &&
              cuda->cuCtxCreate(&context, 4, device) == CUDA_SUCCESS,
          "context_is_created");
    if (failures)
        return 1;
    check_memory();
    check_empty_plane();
    check_module();
    check_contexts();
    check_one_state();
    cuda->cuCtxDestroy(context);
    return failures != 0;
}
