/** The CUDA backend: kernels, the driver behind them, and a simulator that runs the same kernels on the JVM. */
@SuppressWarnings("requires-automatic")
module io.github.indirec.kernels {
    requires transitive io.github.indirec.tensor;
    requires jcuda;
    requires jcublas;

    exports io.github.indirec.kernels.driver;
}
