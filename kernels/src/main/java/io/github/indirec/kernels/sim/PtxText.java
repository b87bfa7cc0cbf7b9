package io.github.indirec.kernels.sim;

import java.util.List;
import java.util.Map;

/**
 * A PTX file, as written.
 *
 * @param version of the header, such as 8.0
 * @param target such as sm_75
 */
record PtxText(String version, String target, Map<String, PtxVariable> variables, List<PtxKernel> kernels) {}
