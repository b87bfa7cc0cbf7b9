package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kernel, as written.
 *
 * @param registers all registers
 * @param variables shared and local variables
 * @param labels index of the statement that a label stands before
 * @param targets lists of labels for indexed branches
 * @param maxThreads greatest number of threads a block may have
 */
record PtxKernel(
        String name,
        int line,
        List<PtxVariable> parameters,
        List<PtxRegister> registers,
        List<PtxVariable> variables,
        List<PtxStatement> statements,
        Map<String, Integer> labels,
        Map<String, List<String>> targets,
        int maxThreads) {
    /** The same with more variables. */
    PtxKernel with(List<PtxVariable> more) {
        List<PtxVariable> all = new ArrayList<>(variables);
        all.addAll(more);
        return new PtxKernel(
                name, line, parameters, registers, all, statements, labels, targets, maxThreads);
    }

    /** Size of the parameter block. */
    int parameterBytes() {
        if (parameters.isEmpty()) {
            return 0;
        }
        PtxVariable last = parameters.get(parameters.size() - 1);
        return (int) (last.offset() + last.bytes());
    }
}
