package io.github.indirec.model.cadirec;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.Embedding;
import io.github.indirec.autograd.nn.LayerNorm;
import io.github.indirec.autograd.nn.Linear;
import io.github.indirec.autograd.nn.RelativeTransformerLayer;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.model.InitialWeights;
import io.github.indirec.model.diffusion.SinusoidalEmbedding;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RaggedLayout;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * f(x_t, t), which predicts the embeddings of noised items from those around them: u = dropout(LN(x_t + tau(t))), then
 * blocks of bidirectional attention that know relative positions, whose output is the prediction of x_0 itself.
 *
 * <p>tau(t) = W2 SiLU(W1 a(t)), a(t) the cosines and sines of the step, W1 four times as wide. There are no absolute
 * positions. Sequences are packed: where the authors mask padding on both sides of the attention, here there is none.
 */
public final class TokenDenoiser {
    private static final int EMBEDDING_SITE = 3;
    private static final double EMBEDDING_NORM_EPS = 1e-5;
    private static final double LAYER_NORM_EPS = 1e-12;
    private static final int STEP_EXPANSION = 4;
    private static final String PREFIX = "denoiser.";

    /** Away from the sequences of the encoder's initial weights, which are counted from 0, and of an item table's. */
    private static final int FIRST_SEQUENCE = 1 << 16;

    private final Parameters parameters;
    private final TokenDenoiserConfig config;
    private final Linear expandStep;
    private final Linear contractStep;
    private final LayerNorm norm;
    private final Embedding relativePositions;
    private final List<RelativeTransformerLayer> layers = new ArrayList<>();
    private final float[] waves;

    /** Registers its parameters, zero but for the norms' gains, under {@code denoiser.}. */
    public TokenDenoiser(Parameters parameters, TokenDenoiserConfig config) {
        int size = config.hiddenSize();
        this.parameters = parameters;
        this.config = config;
        this.expandStep = new Linear(parameters, PREFIX + "step.dense_1", size, STEP_EXPANSION * size);
        this.contractStep = new Linear(parameters, PREFIX + "step.dense_2", STEP_EXPANSION * size, size);
        this.norm = new LayerNorm(parameters, PREFIX + "LayerNorm", size, EMBEDDING_NORM_EPS);
        this.relativePositions =
                new Embedding(parameters, PREFIX + "relative_positions", 2 * config.maxSeqLength(), size);
        for (int layer = 0; layer < config.numLayers(); layer++) {
            layers.add(new RelativeTransformerLayer(
                    parameters,
                    PREFIX + "layer." + layer,
                    layer,
                    size,
                    config.numHeads(),
                    config.feedForward(),
                    LAYER_NORM_EPS));
        }
        this.waves = SinusoidalEmbedding.cosinesFirst(config.timesteps(), size);
    }

    /** Draws initial weights, N(0, deviation^2) for every matrix; biases stay 0, norms 1 and 0. */
    public void initialize(long seed, double deviation) {
        int index = FIRST_SEQUENCE;
        for (Parameter parameter : parameters.all()) {
            if (parameter.name().startsWith(PREFIX) && parameter.shape().rank() == 2) {
                InitialWeights.normal(parameter, deviation, seed, index++);
            }
        }
    }

    public TokenDenoiserConfig config() {
        return config;
    }

    /**
     * The predictions at some of the items; the rest of the last block is not computed.
     *
     * @param noised x_t [N x D]
     * @param t [B] step of each sequence, 0 to T - 1
     * @param rows which of the N items to predict
     * @param dropout address of the dropout words
     * @return [rows.length x D]
     */
    public Variable predict(Variable noised, int[] t, RaggedLayout layout, int[] rows, RandomKey dropout) {
        Tape tape = noised.tape();
        Variable tau = IndexOps.gatherRows(steps(tape, noised.dtype(), t), sequences(layout));
        Variable u = norm.forward(ElementwiseOps.add(noised, tau));
        u = new Dropout(config.embeddingDropout(), 0, dropout).apply(u, 0, EMBEDDING_SITE, layout.coordinates());
        Variable positions = tape.leaf(relativePositions.weight());
        Dropout inner = new Dropout(config.dropout(), config.dropout(), dropout);
        for (RelativeTransformerLayer layer : layers.subList(0, layers.size() - 1)) {
            u = layer.forward(u, positions, layout, inner);
        }
        return layers.get(layers.size() - 1).forwardAt(u, positions, layout, rows, inner);
    }

    /** tau of each sequence's step, [B x D]. */
    private Variable steps(Tape tape, DType dtype, int[] t) {
        int size = config.hiddenSize();
        float[] a = new float[t.length * size];
        for (int s = 0; s < t.length; s++) {
            System.arraycopy(waves, t[s] * size, a, s * size, size);
        }
        Tensor rows = tape.allocate(dtype, t.length, size);
        rows.copyFrom(a);
        return contractStep.forward(ElementwiseOps.silu(expandStep.forward(tape.constant(rows))));
    }

    /** Which sequence each row belongs to. */
    private static int[] sequences(RaggedLayout layout) {
        int[] sequences = new int[layout.rows()];
        for (int s = 0; s < layout.count(); s++) {
            for (int row = layout.offset(s); row < layout.offset(s + 1); row++) {
                sequences[row] = s;
            }
        }
        return sequences;
    }
}
