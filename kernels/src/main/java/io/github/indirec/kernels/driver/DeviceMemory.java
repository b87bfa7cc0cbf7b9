package io.github.indirec.kernels.driver;

/** Free and total memory of a device, in bytes. */
public record DeviceMemory(long free, long total) {}
