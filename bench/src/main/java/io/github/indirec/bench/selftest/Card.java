package io.github.indirec.bench.selftest;

import java.util.List;

/**
 * What a card could do at the best, from its maker's data sheet.
 *
 * @param bandwidth of its memory, bytes a second
 * @param flops float32 operations a second, without tensor cores
 */
record Card(String name, double bandwidth, double flops) {
    /** From the data sheets of NVIDIA: T4 (2019), A10 (2021), A100 40 GB (2020), L4 (2023), H100 SXM (2022). */
    static final List<Card> ALL = List.of(
            new Card("T4", 320e9, 8.1e12),
            new Card("A10", 600e9, 31.2e12),
            new Card("L4", 300e9, 30.3e12),
            new Card("A100", 1_555e9, 19.5e12),
            new Card("H100", 3_350e9, 67e12));

    /** No kernel can take less time: it has to move its operands once, and to compute. Microseconds. A model. */
    double leastMicros(long bytes, long operations) {
        return 1e6 * Math.max(bytes / bandwidth, operations / flops);
    }
}
