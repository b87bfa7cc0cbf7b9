package io.github.indirec.kernels.driver;

/** What JCuda calls its native libraries on this platform, and loading them on its behalf. */
public interface NativeLibraries {
    /** Name in the sense of {@code System.loadLibrary}, as JCudaDriver-12.6.0-linux-x86_64 for JCudaDriver. */
    String name(String library);

    /** Loads a library for JCuda's class loader; an UnsatisfiedLinkError where that fails. */
    void load(String path);
}
