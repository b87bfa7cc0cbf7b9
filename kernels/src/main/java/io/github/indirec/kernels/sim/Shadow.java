package io.github.indirec.kernels.sim;

final class Shadow {}
