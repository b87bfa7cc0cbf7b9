package io.github.indirec.kernels.driver.jcuda;

import static io.github.indirec.kernels.driver.jcuda.JCudaDriver.check;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;

import io.github.indirec.kernels.driver.DeviceProperties;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;

/** What the devices are, and their primary contexts: each is one for all who retain it, and so is its handle. */
final class Devices {
    private static final int NAME_BYTES = 256;

    private final Handles handles;
    private final Map<Integer, Retained> contexts = new HashMap<>();

    private static final class Retained {
        private long handle;
        private int count;
    }

    Devices(Handles handles) {
        this.handles = handles;
    }

    DeviceProperties properties(int ordinal) {
        CUdevice device = device(ordinal);
        byte[] name = new byte[NAME_BYTES];
        check("cuDeviceGetName", cuDeviceGetName(name, NAME_BYTES, device));
        long[] total = new long[1];
        check("cuDeviceTotalMem", cuDeviceTotalMem(total, device));
        return new DeviceProperties(
                text(name),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE),
                attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH),
                total[0]);
    }

    private static CUdevice device(int ordinal) {
        CUdevice device = new CUdevice();
        check("cuDeviceGet", cuDeviceGet(device, ordinal));
        return device;
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        check("cuDeviceGetAttribute", cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    /** What stands before the terminating zero. */
    static String text(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    }

    synchronized long retainContext(int ordinal) {
        CUcontext context = new CUcontext();
        check("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(context, device(ordinal)));
        Retained retained = contexts.computeIfAbsent(ordinal, o -> new Retained());
        if (retained.count++ == 0) {
            retained.handle = handles.add(context, 0);
        }
        return retained.handle;
    }

    synchronized void releaseContext(int ordinal) {
        check("cuDevicePrimaryCtxRelease", cuDevicePrimaryCtxRelease(device(ordinal)));
        Retained retained = contexts.get(ordinal);
        if (retained != null && --retained.count == 0) {
            handles.remove(retained.handle);
            contexts.remove(ordinal);
        }
    }
}
