package io.github.indirec.kernels.driver;

import io.github.indirec.tensor.DeviceException;
import java.io.FileNotFoundException;
import java.io.IOException;

/**
 * Whether CUDA can be used here, and if not, why not and what would change that.
 *
 * <p>Asked of the driver itself, in the order in which things can be missing: JCuda, its native libraries, the driver
 * (without which those do not load), a version that knows the kernels' PTX, a device.
 *
 * @param status what is missing, if anything
 * @param reason one sentence or two, with the remedy
 */
public record CudaAvailability(Status status, String reason) {
    /** What is missing. */
    public enum Status {
        USABLE,
        JCUDA_ABSENT,
        NATIVES_ABSENT,
        NATIVES_NOT_UNPACKED,
        DRIVER_ABSENT,
        DRIVER_TOO_OLD,
        DEVICE_ABSENT,
        FAILED
    }

    /** CUDA 12.0, of driver r525 and later: the first to know PTX 8.0, the version of the kernels. */
    static final int LEAST_VERSION = 12000;

    private static final String DRIVER_LIBRARY = "JCudaDriver";

    private static final class Here {
        static final CudaAvailability ANSWER = probe(JCudaLoader.shared());
    }

    /** The answer for this machine; it is found once and then remembered. Thread-safe. */
    public static CudaAvailability here() {
        return Here.ANSWER;
    }

    /** Whether {@link #open} succeeds. */
    public boolean usable() {
        return status == Status.USABLE;
    }

    /**
     * The driver of this machine.
     *
     * @throws DeviceException with the reason if CUDA cannot be used
     */
    public static CudaDriver open() {
        CudaAvailability here = here();
        if (!here.usable()) {
            throw new DeviceException("opening a CUDA device: " + here.reason);
        }
        return driver(JCudaLoader.shared());
    }

    private static CudaDriver driver(JCudaLoader loader) {
        return loader.create(CudaDriver.class, "JCudaDriver");
    }

    static CudaAvailability probe(JCudaLoader loader) {
        try {
            loader.loadClass("jcuda.driver.JCudaDriver");
        } catch (ClassNotFoundException e) {
            return new CudaAvailability(
                    Status.JCUDA_ABSENT,
                    "JCuda is not on the class path; add org.jcuda:jcuda, and its native libraries");
        }
        try {
            loader.load(DRIVER_LIBRARY);
        } catch (FileNotFoundException e) {
            return new CudaAvailability(
                    Status.NATIVES_ABSENT,
                    "JCuda's native library for this platform (" + e.getMessage() + ") is not on the class path; add"
                            + " org.jcuda:jcuda-natives with the classifier linux-x86_64 or windows-x86_64. There is"
                            + " none for other platforms");
        } catch (IOException e) {
            return new CudaAvailability(
                    Status.NATIVES_NOT_UNPACKED, "JCuda's native libraries cannot be unpacked: " + e.getMessage());
        } catch (LinkageError e) {
            return notLoaded(e);
        }
        return ask(loader);
    }

    /** Why JCuda's library did not load: it needs the driver's, and the machine's folders may forbid programs. */
    private static CudaAvailability notLoaded(LinkageError error) {
        String message = String.valueOf(error.getMessage());
        if (message.contains("libcuda.so") || message.contains("dependent libraries")) {
            return new CudaAvailability(
                    Status.DRIVER_ABSENT,
                    "there is no NVIDIA driver (libcuda) on this machine; with a GPU install r525 or later, and start a"
                            + " container with access to it (docker run --gpus all)");
        }
        return new CudaAvailability(
                Status.FAILED,
                "JCuda's native library does not load (" + message + "); if the folder for temporary files forbids"
                        + " programs, name another with -Djava.io.tmpdir");
    }

    private static CudaAvailability ask(JCudaLoader loader) {
        try (CudaDriver driver = driver(loader)) {
            int version = driver.version();
            if (version < LEAST_VERSION) {
                return new CudaAvailability(
                        Status.DRIVER_TOO_OLD,
                        "the NVIDIA driver knows CUDA up to " + version / 1000 + "." + version % 1000 / 10
                                + ", the kernels need 12.0; install driver r525 or later");
            }
            int count = driver.deviceCount();
            return count == 0
                    ? noDevice()
                    : new CudaAvailability(Status.USABLE, "CUDA can be used: " + count + " device(s)");
        } catch (DriverException e) {
            return e.status() == DriverStatus.NO_DEVICE.code()
                    ? noDevice()
                    : new CudaAvailability(
                            Status.FAILED,
                            "the NVIDIA driver does not start: " + e.getMessage() + "; nvidia-smi may say more");
        } catch (LinkageError e) {
            return new CudaAvailability(Status.FAILED, "JCuda does not fit its native library: " + e.getMessage());
        }
    }

    private static CudaAvailability noDevice() {
        return new CudaAvailability(
                Status.DEVICE_ABSENT,
                "the NVIDIA driver sees no device; look at nvidia-smi, and at the variable CUDA_VISIBLE_DEVICES");
    }
}
