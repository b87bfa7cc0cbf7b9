package io.github.indirec.bench;

import io.github.indirec.tensor.cpu.GemmShape;
import io.github.indirec.tensor.cpu.Workload;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH measured of one kernel in one form.
 *
 * @param benchmark class and method
 * @param kernel what is computed
 * @param size on how much
 * @param implementation scalar, vector or openblas
 * @param microseconds of one call
 * @param error half of a 99.9 % confidence interval, NaN where there are too few iterations for one
 * @param gflops 10^9 floating-point operations a second of a matrix product, NaN for other kernels
 */
record KernelTiming(
        String benchmark,
        String kernel,
        String size,
        String implementation,
        double microseconds,
        double error,
        double gflops) {

    static KernelTiming of(RunResult run) {
        BenchmarkParams parameters = run.getParams();
        String name = parameters.getBenchmark();
        Workload workload = workload(name);
        Result<?> result = run.getPrimaryResult();
        String implementation = parameters.getParam("implementation");
        String shapeName = parameters.getParam("shape");
        GemmShape shape = shapeName == null ? null : GemmShape.valueOf(shapeName);
        return new KernelTiming(
                name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                workload.kernel(),
                shape == null ? workload.size() : shape.label(),
                implementation == null ? "scalar" : implementation,
                result.getScore(),
                result.getScoreError(),
                shape == null ? Double.NaN : shape.flops() / result.getScore() / 1e3);
    }

    private static Workload workload(String benchmark) {
        int dot = benchmark.lastIndexOf('.');
        try {
            Method method = Class.forName(benchmark.substring(0, dot)).getMethod(benchmark.substring(dot + 1));
            return method.getAnnotation(Workload.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("KernelTiming: JMH ran " + benchmark + ", which is not there: " + e, e);
        }
    }

    boolean isProduct() {
        return !Double.isNaN(gflops);
    }

    Map<String, Object> asJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("benchmark", benchmark);
        map.put("kernel", kernel);
        map.put("size", size);
        map.put("implementation", implementation);
        map.put("microseconds", microseconds);
        if (!Double.isNaN(error)) {
            map.put("error_microseconds", error);
        }
        if (isProduct()) {
            map.put("gflops", gflops);
        }
        return map;
    }
}
