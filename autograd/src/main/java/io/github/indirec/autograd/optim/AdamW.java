package io.github.indirec.autograd.optim;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.OptimizerKernels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), moments per parameter. A parameter that no gradient
 * has reached is left alone, weight decay included, as in PyTorch. One thread.
 */
public final class AdamW implements AutoCloseable {
    /** Settings, under PyTorch's names and with its defaults in {@link #of}. */
    public record Settings(double learningRate, double beta1, double beta2, double eps, double weightDecay) {
        public static Settings of(double learningRate) {
            return new Settings(learningRate, 0.9, 0.999, 1e-8, 0);
        }

        public Settings {
            if (!(learningRate > 0 && Double.isFinite(learningRate))) {
                throw new IllegalArgumentException("AdamW: learning rate is " + learningRate + ", expected > 0");
            }
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException(
                        "AdamW: betas are " + beta1 + " and " + beta2 + ", expected 0 <= beta < 1");
            }
            if (!(eps > 0)) {
                throw new IllegalArgumentException("AdamW: eps is " + eps + ", expected > 0");
            }
            if (!(weightDecay >= 0)) {
                throw new IllegalArgumentException("AdamW: weight decay is " + weightDecay + ", expected >= 0");
            }
        }
    }

    /** First and second moment of one parameter. */
    public record Moments(Tensor first, Tensor second) {}

    private final Parameters parameters;
    private final Settings settings;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private int steps;

    public AdamW(Parameters parameters, Settings settings) {
        this.parameters = parameters;
        this.settings = settings;
    }

    /**
     * One update of every parameter that has a gradient.
     *
     * @param gradientScale factor on the gradients, from {@link GradientClipping#factor}
     */
    public void step(double gradientScale) {
        steps++;
        OptimizerKernels.AdamW scalars = new OptimizerKernels.AdamW(
                settings.learningRate,
                settings.beta1,
                settings.beta2,
                settings.eps,
                settings.weightDecay,
                gradientScale,
                steps);
        for (Parameter parameter : parameters.all()) {
            if (parameter.hasGradient()) {
                Moments m = moments(parameter);
                parameters
                        .backend()
                        .optimizer()
                        .adamW(parameter.value(), parameter.gradient(), m.first, m.second, scalars);
            }
        }
    }

    /** The moments of a parameter, zero before its first step. */
    public Moments moments(Parameter parameter) {
        return moments.computeIfAbsent(parameter.name(), name -> new Moments(zeros(parameter), zeros(parameter)));
    }

    private Tensor zeros(Parameter parameter) {
        Backend backend = parameters.backend();
        Tensor tensor = backend.allocate(parameter.value().dtype(), parameter.shape());
        backend.elementwise().fill(tensor, 0);
        return tensor;
    }

    /** Number of updates so far. */
    public int steps() {
        return steps;
    }

    /** Continues from a saved number of updates; the moments are restored through {@link #moments}. */
    public void restoreSteps(int steps) {
        this.steps = steps;
    }

    @Override
    public void close() {
        moments.values().forEach(m -> {
            m.first.close();
            m.second.close();
        });
    }
}
