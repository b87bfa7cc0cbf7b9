package io.github.indirec.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.TransformerLayer;
import io.github.indirec.autograd.optim.AdamW;
import io.github.indirec.autograd.optim.GradientClipping;
import io.github.indirec.model.InDiRec;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.InDiRecObjective;
import io.github.indirec.model.Mode;
import io.github.indirec.model.Presets;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.diffusion.DiffusionDraws;
import io.github.indirec.model.diffusion.NoiseSchedule;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Training steps recorded from the authors' code ({@code train-step-*.safetensors}), replayed on any device: losses,
 * gradients and parameters, with settings read from the file's own metadata. Every tensor of a file is compared.
 */
public final class GoldenStep {
    /** Parameters that the authors create and never use: they must be the same before and after. */
    private static final List<String> UNUSED = List.of("emb_mlp.", "diff_mlp.");

    private GoldenStep() {}

    /**
     * Three steps from the file's parameters on a device.
     *
     * @param slack factor on every tolerance: 1 for the CPU
     */
    public static void check(Backend backend, Path path, double slack) throws IOException {
        TensorFile file = SafeTensors.read(path);
        GoldenComparison compare = new GoldenComparison(file, slack);
        InDiRecConfig config = config(file);
        int items = Integer.parseInt(file.metadata().get("item_size")) - 2;
        try (InDiRec model = InDiRec.create(backend, config, items);
                AdamW adam = new AdamW(model.parameters(), settings(config))) {
            for (Parameter parameter : model.parameters().all()) {
                parameter.value().copyFrom(file.array("param0." + parameter.name()).floats());
                compare.used("param0." + parameter.name());
            }
            compareSchedule(compare, model.diffusion().schedule());
            List<Double> history = new ArrayList<>();
            for (int step = 1; step <= 3; step++) {
                runStep(model, file, step == 1 ? compare : null, history);
                double norm = GradientClipping.globalNorm(model.parameters());
                double factor = GradientClipping.factor(norm, config.training().clipNorm());
                history.add((step - 1) * 5 + 1, norm);
                if (step == 1) {
                    compare.close("grad_norm", norm);
                    compareGradients(compare, model, factor);
                }
                adam.step(factor);
                model.parameters().clearGradients();
                if (step != 2) {
                    compareParameters(compare, model, adam, step, config.training().learningRate());
                }
            }
            compare.close("loss_history", history.stream().mapToDouble(Double::doubleValue).toArray());
        }
        compareUnused(compare, file);
        compare.assertAll(path);
    }

    /** Runs one step up to the backward pass; compares everything on the way where {@code compare} is given. */
    private static void runStep(InDiRec model, TensorFile file, GoldenComparison compare, List<Double> history)
            throws IOException {
        int length = model.config().encoder().maxSeqLength();
        int[] targets = ints(file, "in.target");
        RaggedBatch anchors = packed(file, "in.input_ids", length, targets);
        RaggedBatch mates = packed(file, "in.same_cluster_ids", length, new int[0]);
        InDiRecObjective objective = new InDiRecObjective(model);
        InDiRecObjective.Inputs inputs =
                new InDiRecObjective.Inputs(anchors, objective.mates(mates), targets, draws(file), 0, 0);
        int rowSize = targets.length * model.config().encoder().hiddenSize();
        int steps = model.config().diffusion().timesteps();
        float[] trajectory = new float[steps * rowSize];
        try (Tape tape = Tape.recording(model.backend())) {
            InDiRecObjective.Result r = objective.compute(
                    tape,
                    inputs,
                    (t, x) -> System.arraycopy(x.toFloats(), 0, trajectory, (steps - 1 - t) * rowSize, rowSize));
            history.add(r.losses().total().value().item());
            history.add(r.losses().terms().get("rec_loss").value().item());
            history.add(r.losses().terms().get("diff_loss").value().item());
            history.add(r.losses().terms().get("cl_loss").value().item());
            if (compare != null) {
                compareIntermediates(compare, model, anchors, r, trajectory, file);
            }
            tape.backward(r.losses().total());
        }
    }

    private static void compareIntermediates(
            GoldenComparison compare,
            InDiRec model,
            RaggedBatch anchors,
            InDiRecObjective.Result r,
            float[] trajectory,
            TensorFile file)
            throws IOException {
        int[] t = ints(file, "in.t");
        compare.used("in.input_ids", "in.same_cluster_ids", "in.target", "in.t", "in.none_mask", "in.forward_noise");
        compare.used("in.x_T", "in.reverse_noise");
        compare.close("loss.total", r.losses().total());
        compare.close("loss.rec_loss", r.losses().terms().get("rec_loss"));
        compare.close("loss.diff_loss", r.losses().terms().get("diff_loss"));
        compare.close("loss.cl_loss", r.losses().terms().get("cl_loss"));
        compare.close("mid.x0_gt", r.x0());
        compare.close("mid.same_cluster_last_representation", r.condition());
        compare.close("mid.s_hat", r.viewCondition());
        compare.close("mid.s_guidance", r.denoising().guidance());
        compare.close("mid.x_noisy", r.denoising().noisy());
        compare.close("mid.predicted_x", r.denoising().predicted());
        compare.close("mid.reverse_trajectory", trajectory);
        compare.close("mid.x0_hat", r.view());
        compare.close("mid.last_representation", r.representations());
        compare.close("mid.cl_logits", contrastiveLogits(r.similarity().value().toFloats(), anchors.targets()));
        try (Tape tape = Tape.inference(model.backend())) {
            compare.close("mid.sinusoidal_t", model.diffusion().stepEmbedding().sinusoids(tape, t));
            compare.close("mid.step_embedding_t", model.diffusion().stepEmbedding().forward(tape, t));
            SequenceModel sequences = model.sequenceModel();
            Variable h = tape.constant(r.representations().value());
            compare.close("mid.rec_logits", sequences.scores(h));
            Variable embedded =
                    sequences.encoder().embed(tape, anchors.items(), anchors.layout(), Dropout.NONE);
            List<TransformerLayer.Output> outputs =
                    sequences.encoder().encodeAll(embedded, anchors.layout(), Dropout.NONE);
            Tensor last = outputs.get(outputs.size() - 1).block().value();
            compare.closeAtRows("mid.encoder_output", anchors.layout().coordinates(), last.toFloats());
        }
    }

    /** Column 0 the positive, then all pairs, negative infinity where both rows have the same target. */
    private static float[] contrastiveLogits(float[] similarity, int[] targets) {
        int n = 2 * targets.length;
        float[] logits = new float[n * (n + 1)];
        for (int i = 0; i < n; i++) {
            logits[i * (n + 1)] = similarity[i * n + (i + targets.length) % n];
            for (int j = 0; j < n; j++) {
                boolean masked = targets[i % targets.length] == targets[j % targets.length];
                logits[i * (n + 1) + 1 + j] = masked ? Float.NEGATIVE_INFINITY : similarity[i * n + j];
            }
        }
        return logits;
    }

    private static void compareSchedule(GoldenComparison compare, NoiseSchedule schedule) throws IOException {
        compare.close("sched.betas", schedule.betas());
        compare.close("sched.alphas_cumprod", schedule.alphasCumprod());
        compare.close("sched.sqrt_alphas_cumprod", schedule.sqrtAlphasCumprod());
        compare.close("sched.sqrt_one_minus_alphas_cumprod", schedule.sqrtOneMinusAlphasCumprod());
        compare.close("sched.posterior_mean_coef1", schedule.posteriorMeanCoef1());
        compare.close("sched.posterior_mean_coef2", schedule.posteriorMeanCoef2());
        compare.close("sched.posterior_variance", schedule.posteriorVariance());
    }

    private static void compareGradients(GoldenComparison compare, InDiRec model, double factor) throws IOException {
        for (Parameter parameter : model.parameters().all()) {
            float[] gradient = parameter.gradient().toFloats();
            compare.gradient("grad." + parameter.name(), gradient);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= (float) factor;
            }
            compare.gradient("grad_clipped." + parameter.name(), gradient);
        }
    }

    private static void compareParameters(GoldenComparison compare, InDiRec model, AdamW adam, int step, double lr)
            throws IOException {
        for (Parameter parameter : model.parameters().all()) {
            AdamW.Moments moments = adam.moments(parameter);
            String name = parameter.name();
            compare.firstMoment("adam_m" + step + "." + name, moments.first().toFloats());
            compare.secondMoment("adam_v" + step + "." + name, moments.second().toFloats());
            compare.parameter("param" + step + "." + name, "grad_clipped." + name, parameter.value().toFloats(), lr, step);
        }
    }

    private static void compareUnused(GoldenComparison compare, TensorFile file) throws IOException {
        for (String name : new TreeSet<>(file.tensors().keySet())) {
            if (name.startsWith("param0.") && UNUSED.stream().anyMatch(name.substring(7)::startsWith)) {
                float[] before = file.array(name).floats();
                compare.used(name);
                compare.exact("param1." + name.substring(7), before);
                compare.exact("param3." + name.substring(7), before);
            }
        }
    }

    private static InDiRecConfig config(TensorFile file) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, String> m = file.metadata();
        values.put("denoiser", m.get("diffuser"));
        values.put("similarity", m.get("sim"));
        values.put("temperature", m.get("temperature"));
        values.put("weight_decay", m.get("weight_decay"));
        values.put("beta_schedule", m.get("beta_schedule"));
        values.put("rec_weight", m.get("rec_weight"));
        values.put("diff_weight", m.get("diff_weight"));
        values.put("cl_weight", m.get("cl_weight"));
        values.put("learning_rate", m.get("lr"));
        values.put("guidance", m.get("w"));
        values.put("null_probability", m.get("p"));
        values.put("timesteps", m.get("timesteps"));
        values.put("hidden_size", m.get("hidden"));
        values.put("num_heads", m.get("heads"));
        values.put("num_layers", m.get("layers"));
        values.put("max_seq_length", m.get("max_len"));
        values.put("hidden_dropout", "0");
        values.put("attention_dropout", "0");
        return InDiRecConfig.of(Presets.settings("beauty", Mode.OFFICIAL).with(values, "metadata"));
    }

    private static AdamW.Settings settings(InDiRecConfig config) {
        return new AdamW.Settings(
                config.training().learningRate(), 0.9, 0.999, 1e-8, config.training().weightDecay());
    }

    /** A left-padded batch, packed. */
    private static RaggedBatch packed(TensorFile file, String name, int length, int[] targets) throws IOException {
        int[] padded = ints(file, name);
        int rows = padded.length / length;
        int[][] sequences = new int[rows][];
        for (int row = 0; row < rows; row++) {
            sequences[row] = Arrays.stream(padded, row * length, (row + 1) * length)
                    .filter(item -> item != 0)
                    .toArray();
        }
        RaggedBatch batch = RaggedBatch.ofHistories(sequences, length);
        return new RaggedBatch(batch.items(), batch.layout(), targets, batch.segments());
    }

    private static DiffusionDraws draws(TensorFile file) throws IOException {
        float[] mask = file.array("in.none_mask").floats();
        int[] keep = new int[mask.length];
        for (int i = 0; i < keep.length; i++) {
            assertTrue(mask[i] == 0 || mask[i] == 1, "in.none_mask holds " + mask[i]);
            keep[i] = (int) mask[i];
        }
        float[] forward = file.array("in.forward_noise").floats();
        float[] start = file.array("in.x_T").floats();
        float[] reverse = file.array("in.reverse_noise").floats();
        for (int i = 0; i < start.length; i++) {
            assertEquals(0, reverse[i], "in.reverse_noise[0] is unused and zero");
        }
        return new DiffusionDraws(ints(file, "in.t"), keep, out -> out.copyFrom(forward), new DiffusionDraws.ReverseNoise() {
            @Override
            public void start(int firstRow, Tensor out) {
                assertEquals(start.length, out.size(), "a chain that is looked on takes all rows together");
                out.copyFrom(start);
            }

            @Override
            public void step(int t, int firstRow, Tensor out) {
                out.copyFrom(Arrays.copyOfRange(reverse, t * start.length, (t + 1) * start.length));
            }
        });
    }

    private static int[] ints(TensorFile file, String name) throws IOException {
        return Arrays.stream(file.array(name).longs()).mapToInt(Math::toIntExact).toArray();
    }
}
