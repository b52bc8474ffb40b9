# SPDX-License-Identifier: BSD-2-Clause
"""The NVIDIA driver by ctypes: what is there, contexts, copies, decoder capabilities, and a
sampler of memory and load (NVML). Nothing here changes a setting of the device."""

import ctypes
import os
import statistics
import threading
import time
from ctypes import byref, c_char_p, c_int, c_size_t, c_ubyte, c_uint, c_ulonglong, c_ushort
from ctypes import c_void_p

FOLDERS = ("", "/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/x86_64-linux-gnu",
           "/usr/lib64", "/usr/lib/wsl/lib")
LIBRARIES = ("libcuda.so.1", "libnvcuvid.so.1", "libnvidia-encode.so.1", "libnvidia-ml.so.1",
             "libnvidia-ptxjitcompiler.so.1")
HOST, DEVICE = 1, 2
CODECS = (("MPEG-2", 1), ("MPEG-4", 2), ("VC-1", 3), ("H.264", 4), ("JPEG", 5), ("HEVC", 8),
          ("VP8", 9), ("VP9", 10), ("AV1", 11))


class DriverError(Exception):
    pass


class Copy2D(ctypes.Structure):
    _fields_ = [(side + name, kind) for side in ("src", "dst") for name, kind in (
        ("x", c_size_t), ("y", c_size_t), ("type", c_uint), ("host", c_void_p),
        ("device", c_ulonglong), ("array", c_void_p), ("pitch", c_size_t))]
    _fields_ += [("width_bytes", c_size_t), ("height", c_size_t)]


class DecodeCaps(ctypes.Structure):  # CUVIDDECODECAPS
    _fields_ = [("codec", c_int), ("chroma", c_int), ("depth_minus8", c_uint),
                ("reserved1", c_uint * 3), ("is_supported", c_ubyte), ("engines", c_ubyte),
                ("formats", c_ushort), ("max_width", c_uint), ("max_height", c_uint),
                ("max_blocks", c_uint), ("min_width", c_ushort), ("min_height", c_ushort),
                ("other", c_ubyte * 4), ("reserved3", c_uint * 10)]


class NvmlMemory(ctypes.Structure):
    _fields_ = [("total", c_ulonglong), ("free", c_ulonglong), ("used", c_ulonglong)]


class NvmlUse(ctypes.Structure):
    _fields_ = [("gpu", c_uint), ("memory", c_uint)]


def open_library(name):
    """→ (library or None, folder it was found in or the loader's words)."""
    words = ""
    for folder in FOLDERS:
        try:
            return ctypes.CDLL(os.path.join(folder, name)), folder
        except OSError as error:
            words = words or str(error)
    return None, words


def mapped_path(name):
    stem = name.split(".so")[0]
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            path = line.split()[-1]
            if os.path.basename(path).startswith(stem + ".so"):
                return os.path.realpath(path)
    return ""


class Driver:
    def __init__(self):
        self.cuda, where = open_library("libcuda.so.1")
        if not self.cuda:
            raise DriverError(f"no NVIDIA driver: {where}")
        self.folder = where
        start = time.perf_counter()
        self.call("cuInit", 0)
        self.init_s = time.perf_counter() - start
        count = c_int()
        self.call("cuDeviceGetCount", byref(count))
        if count.value < 1:
            raise DriverError("the driver sees no device")
        self.device_count = count.value
        self.nvml, _ = open_library("libnvidia-ml.so.1")
        self.handle = c_void_p()
        if self.nvml and (self.nvml.nvmlInit_v2() or self.nvml.nvmlDeviceGetHandleByIndex_v2(
                0, byref(self.handle))):  # fmt: skip
            self.nvml = None

    def call(self, name, *args):
        code = getattr(self.cuda, name)(*args)
        if code:
            text = c_char_p()
            self.cuda.cuGetErrorString(code, byref(text))
            raise DriverError(f"{name}: {(text.value or b'?').decode()} ({code})")

    def version(self):
        value = c_int()
        self.call("cuDriverGetVersion", byref(value))
        return f"{value.value // 1000}.{value.value % 1000 // 10}"

    def name(self):
        text = ctypes.create_string_buffer(100)
        self.call("cuDeviceGetName", text, 100, 0)
        return text.value.decode("ascii", "replace")

    def libraries(self):
        """(name, path or the loader's words) of what FFmpeg opens, and two more."""
        found = []
        for name in LIBRARIES:
            library, where = open_library(name)
            found.append((name, mapped_path(name) if library else f"missing: {where}"))
        return found

    def context(self):
        """A new context, current on this thread; → (handle, seconds it took)."""
        handle = c_void_p()
        start = time.perf_counter()
        self.call("cuCtxCreate_v2", byref(handle), 4, 0)
        return handle, time.perf_counter() - start

    def end_context(self, handle):
        self.call("cuCtxDestroy_v2", handle)

    def memory(self):
        free, total = c_size_t(), c_size_t()
        self.call("cuMemGetInfo_v2", byref(free), byref(total))
        return free.value, total.value

    def decoder_caps(self):
        """Rows of every codec, chroma and depth that cuvidGetDecoderCaps grants."""
        library, _ = open_library("libnvcuvid.so.1")
        if not library:
            return []
        rows = []
        for codec, number in CODECS:
            for chroma, chroma_name in ((1, "4:2:0"), (2, "4:2:2"), (3, "4:4:4")):
                for depth in (8, 10, 12):
                    caps = DecodeCaps(codec=number, chroma=chroma, depth_minus8=depth - 8)
                    if library.cuvidGetDecoderCaps(byref(caps)) == 0 and caps.is_supported:
                        rows.append([codec, chroma_name, depth, caps.engines,
                                     f"{caps.min_width}x{caps.min_height}",
                                     f"{caps.max_width}x{caps.max_height}", caps.max_blocks])
        return rows

    def encode_api(self):
        library, where = open_library("libnvidia-encode.so.1")
        if not library:
            return f"missing: {where}"
        version = c_uint()
        code = library.NvEncodeAPIGetMaxSupportedVersion(byref(version))
        return f"{version.value >> 4}.{version.value & 15}" if code == 0 else f"error {code}"

    def nvml_memory(self):
        memory = NvmlMemory()
        if not self.nvml or self.nvml.nvmlDeviceGetMemoryInfo(self.handle, byref(memory)):
            return None
        return memory.used

    def nvml_load(self):
        """(decoder %, multiprocessor %, video clock MHz), None where NVML does not say."""
        load, period, use, clock = c_uint(), c_uint(), NvmlUse(), c_uint()
        nvml, handle = self.nvml, self.handle
        decoder = nvml.nvmlDeviceGetDecoderUtilization(handle, byref(load), byref(period))
        gpu = nvml.nvmlDeviceGetUtilizationRates(handle, byref(use))
        video = nvml.nvmlDeviceGetClockInfo(handle, 3, byref(clock))
        return (None if decoder else load.value, None if gpu else use.gpu,
                None if video else clock.value)

    def sampler(self):
        return Sampler(self)


class Sampler:
    """Reads memory and load until stop(); both are of the whole device."""

    def __init__(self, driver):
        self.driver, self.done = driver, threading.Event()
        self.base = driver.nvml_memory() if driver.nvml else None
        self.peak, self.loads = self.base or 0, []
        self.thread = threading.Thread(target=self.watch)
        if driver.nvml:
            self.thread.start()

    def watch(self):
        turn = 0
        while not self.done.wait(0.02):
            self.peak = max(self.peak, self.driver.nvml_memory() or 0)
            turn += 1
            if turn % 5 == 0:
                self.loads.append(self.driver.nvml_load())

    def stop(self):
        if not self.driver.nvml:
            return {}
        self.done.set()
        self.thread.join()
        columns = list(zip(*self.loads)) or [(), (), ()]
        most = [max((v for v in column if v is not None), default=None) for column in columns]
        decoder = [v for v in columns[0] if v is not None]
        return {"memory_mib": (self.peak - self.base) / 2**20, "decoder_peak": most[0],
                "decoder_median": statistics.median(decoder) if decoder else None,
                "gpu_peak": most[1], "video_mhz": most[2]}


class Surface:
    """An NV12 picture on the device and ways to bring it down."""

    def __init__(self, driver, width, height):
        self.driver, self.width, self.height = driver, width, height
        self.rows = height * 3 // 2
        self.size = width * self.rows
        self.address, self.pitch = c_ulonglong(), c_size_t()
        driver.call("cuMemAllocPitch_v2", byref(self.address), byref(self.pitch),
                    c_size_t(width), c_size_t(self.rows), 16)
        driver.call("cuMemsetD8_v2", self.address, c_ubyte(77), c_size_t(self.pitch.value * self.rows))

    def free(self):
        self.driver.call("cuMemFree_v2", self.address)

    def copy(self, host, down=True, stream=None):
        """Two copies, luma and chroma, as FFmpeg makes them."""
        for first, count in ((0, self.height), (self.height, self.rows - self.height)):
            job = Copy2D(width_bytes=self.width, height=count)
            here, there = ("src", "dst") if down else ("dst", "src")
            setattr(job, here + "type", DEVICE)
            setattr(job, here + "device", self.address.value)
            setattr(job, here + "pitch", self.pitch.value)
            setattr(job, here + "y", first)
            setattr(job, there + "type", HOST)
            setattr(job, there + "host", host + first * self.width)
            setattr(job, there + "pitch", self.width)
            if stream is None:
                self.driver.call("cuMemcpy2D_v2", byref(job))
            else:
                self.driver.call("cuMemcpy2DAsync_v2", byref(job), stream)

    def pinned(self):
        host = c_void_p()
        self.driver.call("cuMemAllocHost_v2", byref(host), c_size_t(self.size))
        return host.value

    def free_pinned(self, host):
        self.driver.call("cuMemFreeHost", c_void_p(host))


def new_stream(driver):
    stream = c_void_p()
    driver.call("cuStreamCreate", byref(stream), 1)
    return stream
