package io.github.indirec.kernels.driver.jcuda;

import io.github.indirec.kernels.driver.NativeLibraries;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/** Loads native libraries for the classes of this class loader, which is that of the caller of {@code System.load}. */
public final class Libraries implements NativeLibraries {
    public Libraries() {}

    @Override
    public String name(String library) {
        return LibUtils.createPlatformLibraryName(library + "-" + JCudaVersion.get());
    }

    @Override
    public void load(String path) {
        System.load(path);
    }
}
