package io.github.indirec.kernels.driver.jcuda;

import jcuda.driver.CUdeviceptr;

/** A device address as JCuda wants it: offset from a null pointer, since only offsets can be given. */
final class Address extends CUdeviceptr {
    private static final CUdeviceptr NULL = new CUdeviceptr();

    /** To be filled in by the driver. */
    Address() {}

    Address(long value) {
        super(NULL, value);
    }

    long value() {
        return getNativePointer() + getByteOffset();
    }
}
