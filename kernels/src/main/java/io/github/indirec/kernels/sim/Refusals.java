package io.github.indirec.kernels.sim;

/** Instructions that are refused on purpose, and why. */
final class Refusals {
    private static final String ORDER =
            "the simulator runs blocks one after another and does not model the memory order between them: fences,"
                    + " acquire and release, and communication between blocks of one launch are refused";

    private Refusals() {}

    /** Why an opcode is refused, or null if it is simply unknown. */
    static String reason(String opcode) {
        for (String modifier : opcode.split("\\.")) {
            switch (modifier) {
                case "membar", "fence", "acquire", "release", "acq_rel", "relaxed", "mmio" -> {
                    return ORDER;
                }
                case "call" -> {
                    return "calls are not supported: force device functions inline (printf and assert are calls too)";
                }
                case "mbarrier", "griddepcontrol", "cluster" -> {
                    return "the simulator knows no barriers but those of a warp and of a whole block";
                }
                default -> {}
            }
        }
        return opcode.equals("bar.arrive") || opcode.startsWith("barrier.arrive")
                ? "the simulator knows no barriers but those of a warp and of a whole block"
                : null;
    }
}
