package io.github.indirec.model;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.ElementwiseOps;
import io.github.indirec.autograd.ops.IndexOps;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.autograd.ops.MatmulOps;
import io.github.indirec.autograd.ops.NormOps;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.diffusion.Diffusion;
import io.github.indirec.model.diffusion.DiffusionDraws;
import io.github.indirec.model.diffusion.GuidedSampler;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.Losses;
import io.github.indirec.tensor.Shape;

/**
 * The objective of one training step: L = rec_weight L_rec + diff_weight L_diff + cl_weight L_cl.
 *
 * <ul>
 *   <li>L_rec: cross-entropy of h_1 = Trans(S) over the item table, one target a sub-sequence;
 *   <li>L_diff: the denoising loss of x_0 under the guidance s of an intent mate;
 *   <li>L_cl: InfoNCE between h_1 and the view generated under the guidance shat.
 * </ul>
 *
 * <p>Reference quirk: s and shat are two encoder passes over the same mates with different dropout masks; only s carries
 * a gradient.
 */
public final class InDiRecObjective {
    private static final double COSINE_EPS = 1e-8;

    private final InDiRec model;
    private final SequenceModel sequences;
    private final Encoding encoding;

    public InDiRecObjective(InDiRec model) {
        this(model, model.sequenceModel()::encode);
    }

    /**
     * An objective whose batches are encoded in another way than the model's own, such as one to compare with.
     *
     * @param encoding encodes anchors, mates and sequences with their targets
     */
    public InDiRecObjective(InDiRec model, Encoding encoding) {
        this.model = model;
        this.sequences = model.sequenceModel();
        this.encoding = encoding;
    }

    /** How a batch of sequences becomes representations. */
    @FunctionalInterface
    public interface Encoding {
        /** Returns h [B x D] on the given tape. */
        Variable encode(Tape tape, RaggedBatch batch, Dropout dropout);
    }

    /** Where the guidance of a batch comes from: encodes it for one pass. */
    @FunctionalInterface
    public interface Guidance {
        /** Returns s [B x D] on the given tape. */
        Variable encode(Tape tape, Dropout dropout);
    }

    /**
     * What one step is computed from.
     *
     * @param anchors B sub-sequences with their targets
     * @param guidance the mates of the anchors, or their prototypes
     * @param groups [B] anchors of equal group are no negatives of each other
     * @param draws random decisions of the diffusion
     * @param seed master seed, for dropout
     * @param step training step, for dropout
     */
    public record Inputs(
            RaggedBatch anchors, Guidance guidance, int[] groups, DiffusionDraws draws, long seed, int step) {}

    /**
     * The losses of a step and what they were made of; to be read before the tape is played backwards.
     *
     * @param losses with the terms {@code rec_loss}, {@code diff_loss} and {@code cl_loss}
     */
    public record Result(
            Losses losses,
            Variable representations,
            Variable x0,
            Variable condition,
            Diffusion.Denoising denoising,
            Variable viewCondition,
            Variable view,
            Variable similarity) {}

    /** Computes the losses on a recording tape. */
    public Result compute(Tape tape, Inputs inputs) {
        return compute(tape, inputs, GuidedSampler.Trajectory.NONE);
    }

    /** As {@link #compute(Tape, Inputs)}, showing every step of the reverse chain. */
    public Result compute(Tape tape, Inputs inputs, GuidedSampler.Trajectory trajectory) {
        ObjectiveConfig config = model.config().objective();
        Variable x0 = x0(tape, inputs);
        Variable condition = inputs.guidance.encode(tape, dropout(RandomStreams.DROPOUT_CONDITION, inputs));
        Diffusion.Denoising denoising = model.diffusion().denoise(x0, condition, inputs.draws);

        Variable viewCondition;
        try (Tape pass = Tape.inference(tape.backend())) {
            viewCondition = tape.copyOf(inputs.guidance.encode(pass, dropout(RandomStreams.DROPOUT_VIEW, inputs)));
        }
        Variable view = view(tape, viewCondition, inputs, trajectory);

        Variable h = encoding.encode(tape, inputs.anchors, dropout(RandomStreams.DROPOUT_ANCHOR, inputs));
        Variable recLoss =
                LossOps.tableCrossEntropy(h, tape.leaf(sequences.encoder().itemTable()), inputs.anchors.targets());
        Variable similarity = similarity(view, h, config);
        Variable clLoss = LossOps.infoNce(similarity, inputs.groups);

        Losses losses = new Losses.Sum()
                .add("rec_loss", config.recWeight(), recLoss)
                .add("diff_loss", config.diffWeight(), denoising.loss())
                .add("cl_loss", config.clWeight(), clLoss)
                .losses();
        return new Result(losses, h, x0, condition, denoising, viewCondition, view, similarity);
    }

    private Variable x0(Tape tape, Inputs inputs) {
        return switch (model.config().diffusion().x0()) {
            case ITEM -> IndexOps.gatherRows(tape.leaf(sequences.encoder().itemTable()), inputs.anchors.targets());
            case SEQUENCE -> encoding.encode(
                    tape,
                    inputs.anchors.followedByTargets(),
                    dropout(RandomStreams.DROPOUT_TARGET_SEQUENCE, inputs));
        };
    }

    private Variable view(
            Tape tape, Variable condition, Inputs inputs, GuidedSampler.Trajectory trajectory) {
        ObjectiveConfig config = model.config().objective();
        Variable generated =
                switch (config.viewGradient()) {
                    case NONE -> model.diffusion().generate(condition, inputs.draws.reverse(), trajectory);
                    case LAST_STEP -> model.diffusion()
                            .generateWithGradient(tape, condition, inputs.draws.reverse());
                };
        return switch (config.view()) {
            case RAW -> generated;
            case ENCODED -> sequences
                    .encoder()
                    .encodeEmbeddings(
                            generated,
                            encoderConfig().maxSeqLength(),
                            dropout(RandomStreams.DROPOUT_ENCODED_VIEW, inputs));
        };
    }

    /** z z^T / tau with z = [view ; h], rows normalised first for the cosine: [2B x 2B]. */
    private static Variable similarity(Variable view, Variable h, ObjectiveConfig config) {
        Variable z = IndexOps.concatRows(view, h);
        if (config.similarity() == ObjectiveConfig.Similarity.COS) {
            z = NormOps.normalizeRows(z, COSINE_EPS);
        }
        return ElementwiseOps.scale(MatmulOps.matmul(z, z, false, true), 1 / config.temperature());
    }

    /** Encodes mates. */
    public Guidance mates(RaggedBatch mates) {
        return (tape, dropout) -> encoding.encode(tape, mates, dropout);
    }

    /** Takes fixed vectors, [B x D], such as prototypes. */
    public Guidance fixed(float[] rows) {
        int size = encoderConfig().hiddenSize();
        return (tape, dropout) -> tape.constant(Shape.of(rows.length / size, size), rows);
    }

    private Dropout dropout(RandomStreams stream, Inputs inputs) {
        return dropout(model.config(), stream, inputs.seed, inputs.step);
    }

    /** Dropout of a training pass of that purpose. */
    public static Dropout dropout(InDiRecConfig config, RandomStreams stream, long seed, int step) {
        EncoderConfig encoder = config.encoder();
        return new Dropout(encoder.hiddenDropout(), encoder.attentionDropout(), stream.key(seed, step));
    }

    private EncoderConfig encoderConfig() {
        return model.config().encoder();
    }
}
