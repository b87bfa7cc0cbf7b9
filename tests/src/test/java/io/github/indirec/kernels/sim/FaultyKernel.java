package io.github.indirec.kernels.sim;

import java.util.List;

/**
 * A kernel with a planted fault, and its clean twin.
 *
 * @param expected what has to be reported, and nothing else
 * @param place part of the instruction that has to be named
 * @param words part of the report's sentence
 * @param blocks of the launch
 * @param threads of a block
 */
record FaultyKernel(
        String name,
        ReportKind expected,
        String place,
        String words,
        int blocks,
        int threads,
        String faulty,
        String clean) {
    /** Words of the input and of the output buffer. */
    static final int WORDS = 256;

    /**
     * %rd1 in, %rd2 out, %rd4 and %rd5 the thread's word of them, %r0 the thread, %r3 the address of its word of the
     * shared tile of 256 words, at %r1.
     */
    private static final String PRELUDE =
            """
            .shared .align 16 .b8 tile[1024];
            ld.param.u64 %rd1, [in];
            ld.param.u64 %rd2, [out];
            mov.u32 %r0, %tid.x;
            mul.wide.u32 %rd3, %r0, 4;
            add.s64 %rd4, %rd1, %rd3;
            add.s64 %rd5, %rd2, %rd3;
            mov.u32 %r1, tile;
            shl.b32 %r2, %r0, 2;
            add.u32 %r3, %r1, %r2;
            """;

    @Override
    public String toString() {
        return name;
    }

    List<Report> run(boolean whichIsFaulty, long seed) {
        Simulator simulator = new Simulator(
                SimulatorOptions.DEFAULT.withSeed(seed).withThrowing(false).withInstructionLimit(200_000), 1 << 20);
        long in = simulator.upload("the input", new int[WORDS]);
        long out = simulator.allocate("the output", 4 * WORDS);
        String body = PRELUDE + (whichIsFaulty ? faulty : clean) + "\nEND: ret;";
        Kernel kernel = simulator
                .load(VectorRunner.kernel(".param .u64 in, .param .u64 out", body))
                .kernel("k");
        return simulator.launch(kernel, LaunchSize.of(blocks, threads), in, out).reports();
    }
}
