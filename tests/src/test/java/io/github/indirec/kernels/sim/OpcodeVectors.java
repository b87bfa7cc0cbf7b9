package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** All hand-made cases, by opcode. */
final class OpcodeVectors {
    private OpcodeVectors() {}

    static List<OpcodeVector> all() {
        List<OpcodeVector> all = new ArrayList<>();
        all.addAll(IntegerVectors.all());
        all.addAll(BitVectors.all());
        all.addAll(FloatVectors.all());
        all.addAll(CompareVectors.all());
        all.addAll(ConvertVectors.all());
        all.addAll(MemoryVectors.all());
        all.addAll(AtomicVectors.all());
        all.addAll(WarpVectors.all());
        return all;
    }

    /** Opcodes that have a case. */
    static Set<String> opcodes() {
        Set<String> opcodes = new TreeSet<>();
        all().forEach(vector -> opcodes.add(vector.opcode()));
        return opcodes;
    }
}
