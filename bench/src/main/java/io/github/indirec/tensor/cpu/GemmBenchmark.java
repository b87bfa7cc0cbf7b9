package io.github.indirec.tensor.cpu;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One matrix product, a fork of the JVM each. Ratios of its figures compare different minutes of the machine;
 * {@link GemmComparison} compares the same ones.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class GemmBenchmark {
    @Param
    GemmShape shape;

    @Param({"scalar", "vector", "openblas"})
    String implementation;

    private Runnable product;
    private OpenBlas openBlas;

    @Setup
    public void checkThenReady() {
        GemmOperands operands = new GemmOperands(shape);
        float[] expected = operands.expected();
        if (implementation.equals("openblas")) {
            openBlas = new OpenBlas(operands);
            Agreement.requireClose("OpenBLAS " + shape.label(), expected, openBlas.result());
            product = openBlas::multiply;
        } else {
            ScalarGemm gemm = VectorUnit.gemm(implementation.equals("vector"));
            Agreement.requireSameBits(implementation + " " + shape.label(), expected, operands.result(gemm));
            product = () -> operands.multiply(gemm);
        }
        WarmUp.settle(product);
    }

    @Benchmark
    @Workload(kernel = "matrix product", size = "")
    public void multiply() {
        product.run();
    }

    @TearDown
    public void release() {
        if (openBlas != null) {
            openBlas.close();
        }
    }
}
