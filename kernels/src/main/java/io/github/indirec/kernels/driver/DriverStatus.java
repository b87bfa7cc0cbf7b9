package io.github.indirec.kernels.driver;

/** The statuses (CUresult) that are told apart here. */
public enum DriverStatus {
    SUCCESS(0),
    INVALID_VALUE(1),
    OUT_OF_MEMORY(2),
    NOT_INITIALIZED(3),
    DEINITIALIZED(4),
    NO_DEVICE(100),
    INVALID_DEVICE(101),
    INVALID_CONTEXT(201),
    NO_BINARY_FOR_GPU(209),
    INVALID_PTX(218),
    UNSUPPORTED_PTX_VERSION(222),
    INVALID_HANDLE(400),
    NOT_FOUND(500),
    NOT_READY(600),
    ILLEGAL_ADDRESS(700),
    LAUNCH_OUT_OF_RESOURCES(701),
    LAUNCH_TIMEOUT(702),
    HARDWARE_STACK_ERROR(714),
    ILLEGAL_INSTRUCTION(715),
    MISALIGNED_ADDRESS(716),
    INVALID_PC(718),
    LAUNCH_FAILED(719),
    UNKNOWN(999);

    private final int code;

    DriverStatus(int code) {
        this.code = code;
    }

    /** CUresult. */
    public int code() {
        return code;
    }

    /** Whether a CUresult says that a kernel's fault has lost the context, and all memory with it. */
    public static boolean losesContext(int code) {
        return code >= ILLEGAL_ADDRESS.code && code <= LAUNCH_FAILED.code;
    }

    /** Name and number of a CUresult, as in CUDA_ERROR_OUT_OF_MEMORY (2). */
    static String describe(int code) {
        for (DriverStatus status : values()) {
            if (status.code == code) {
                return (status == SUCCESS ? "CUDA_" : "CUDA_ERROR_") + status.name() + " (" + code + ")";
            }
        }
        return "status " + code;
    }
}
