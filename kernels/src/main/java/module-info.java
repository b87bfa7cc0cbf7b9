/** The CUDA backend: kernels, the driver behind them, and a simulator that runs the same kernels on the JVM. */
@SuppressWarnings("requires-automatic")
module io.github.indirec.kernels {
    requires transitive io.github.indirec.tensor;
    requires jcuda;
    requires jcublas;

    exports io.github.indirec.kernels;
    exports io.github.indirec.kernels.driver;
    exports io.github.indirec.kernels.sim;

    provides io.github.indirec.tensor.spi.BackendProvider with
            io.github.indirec.kernels.CudaProvider,
            io.github.indirec.kernels.SimulatorProvider;
}
