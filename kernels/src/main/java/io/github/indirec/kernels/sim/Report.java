package io.github.indirec.kernels.sim;

import java.util.List;

/**
 * Something that is wrong with a kernel.
 *
 * @param kind what it is
 * @param kernel name of the kernel
 * @param line of the instruction in the PTX text, from 1
 * @param instruction as written
 * @param block x, y and z of the block
 * @param threads numbers within their block of the threads concerned (x fastest), the one that executed the instruction
 *     first
 * @param address device address, 0 if none is concerned
 * @param sentence what happened
 */
public record Report(
        ReportKind kind,
        String kernel,
        int line,
        String instruction,
        List<Integer> block,
        List<Integer> threads,
        long address,
        String sentence) {
    public Report {
        block = List.copyOf(block);
        threads = List.copyOf(threads);
    }

    @Override
    public String toString() {
        return kind + " in kernel " + kernel + ", PTX line " + line + ": " + instruction + " [block " + block
                + ", thread" + (threads.size() == 1 ? " " + threads.get(0) : "s " + threads) + "]: " + sentence;
    }
}
