/** Tensors, devices and the CPU backend. Depends on nothing; uses the incubating Vector API where it is enabled. */
module io.github.indirec.tensor {
    requires static jdk.incubator.vector;

    exports io.github.indirec.tensor;
    exports io.github.indirec.tensor.spi;

    uses io.github.indirec.tensor.spi.BackendProvider;
}
