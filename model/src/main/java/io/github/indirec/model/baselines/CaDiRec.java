package io.github.indirec.model.baselines;

import static io.github.indirec.model.config.Checks.positive;
import static io.github.indirec.model.config.Checks.range;
import static io.github.indirec.model.config.Checks.rate;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.ops.LossOps;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.RandomStreams;
import io.github.indirec.model.cadirec.CaDiRecDraws;
import io.github.indirec.model.cadirec.ContextDiffusion;
import io.github.indirec.model.cadirec.SubstitutedViews;
import io.github.indirec.model.cadirec.TokenDenoiser;
import io.github.indirec.model.cadirec.TokenDenoiserConfig;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.data.UserSequences;
import io.github.indirec.model.diffusion.BetaSchedule;
import io.github.indirec.model.encoder.EncoderConfig;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.loss.Contrast;
import io.github.indirec.model.train.EpochLog;
import io.github.indirec.model.train.Losses;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.model.train.TrainingTask;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * CaDiRec (Cui et al., CIKM 2024): SASRec, contrasted with two views of each sequence in which some items are replaced by
 * those that a diffusion model, aware of the context, finds likely in their place.
 *
 * <pre>
 * L = L_rec + nll_weight L_nll + cl_weight NTX(v1, v2)
 * </pre>
 *
 * <p>L_rec is SASRec's; L_nll is {@link ContextDiffusion}'s; v1 and v2 are the encoded {@link SubstitutedViews}, whose
 * item embeddings carry no gradient. There is one evaluation of the denoiser a step, and none at ranking.
 *
 * <p>The views begin with the first step. The authors' squared error of x_0 has the weight 0 in all their settings and is
 * left out.
 */
public final class CaDiRec implements TrainingTask {
    /**
     * Its settings.
     *
     * @param timesteps T
     * @param denoiserLayers blocks of the denoiser
     * @param denoiserDropout its dropout, apart from that of its input, which is the encoder's
     * @param maskRatio rho, chance of an item to be noised and replaced
     * @param candidates items of highest logit among which a substitute is drawn
     * @param nllWeight beta
     * @param clWeight alpha
     * @param temperature tau
     */
    public record Config(
            EncoderConfig encoder,
            TrainingConfig training,
            int timesteps,
            int denoiserLayers,
            double denoiserDropout,
            double maskRatio,
            int candidates,
            double nllWeight,
            double clWeight,
            double temperature) {
        public Config {
            range("timesteps", timesteps, 1, 10_000);
            range("denoiser_layers", denoiserLayers, 1, 64);
            rate("denoiser_dropout", denoiserDropout);
            range("mask_ratio", maskRatio, 0, 1);
            range("candidates", candidates, 1, 1 << 20);
            range("nll_weight", nllWeight, 0, 1e6);
            range("cl_weight", clWeight, 0, 1e6);
            positive("temperature", temperature);
        }

        public static Config of(Settings settings) {
            return settings.toRecord(Config.class);
        }

        TokenDenoiserConfig denoiser() {
            return new TokenDenoiserConfig(
                    encoder.hiddenSize(),
                    denoiserLayers,
                    encoder.numHeads(),
                    encoder.feedForwardMultiple() * encoder.hiddenSize(),
                    encoder.maxSeqLength(),
                    timesteps,
                    encoder.hiddenDropout(),
                    denoiserDropout);
        }
    }

    private final SequenceModel model;
    private final ContextDiffusion diffusion;
    private final Config config;
    private final UserSequences sequences;

    private CaDiRec(SequenceModel model, ContextDiffusion diffusion, Config config, SequenceDataset data) {
        this.model = model;
        this.diffusion = diffusion;
        this.config = config;
        this.sequences = new UserSequences(data, config.encoder().maxSeqLength());
    }

    /** The authors' configuration file, for Beauty and by default for all; ML-1M's script. */
    public static Settings settings(String preset) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("feed_forward_multiple", "2");
        own.put("timesteps", "1000");
        own.put("denoiser_layers", "2");
        own.put("denoiser_dropout", "0.2");
        own.put("mask_ratio", "0.1");
        own.put("candidates", "10");
        own.put("nll_weight", "0.2");
        own.put("cl_weight", "0.1");
        own.put("temperature", "1");
        own.put("epochs", "400");
        return BaselinePresets.of(
                ModelFamily.CADIREC,
                preset,
                own,
                Map.of(
                        "ml-1m",
                        Map.of(
                                "nll_weight", "0.1",
                                "max_seq_length", "200",
                                "hidden_dropout", "0.1",
                                "attention_dropout", "0.1",
                                "denoiser_layers", "1",
                                "epochs", "300"),
                        "demo",
                        Map.of("timesteps", "100", "epochs", "60")));
    }

    /** An untrained model with the initial weights of the settings' seed. */
    public static TrainableModel create(Backend backend, Settings settings, int items) {
        Config config = Config.of(settings);
        SequenceModel model =
                SequenceModel.create(backend, config.encoder(), items, config.training().seed());
        TokenDenoiser denoiser = new TokenDenoiser(model.parameters(), config.denoiser());
        denoiser.initialize(config.training().seed(), config.encoder().initializerRange());
        ContextDiffusion diffusion = new ContextDiffusion(denoiser, BetaSchedule.SQRT.schedule(config.timesteps()));
        return new Baseline(
                ModelFamily.CADIREC,
                model,
                config.training(),
                data -> new CaDiRec(model, diffusion, config, data));
    }

    @Override
    public int examples() {
        return sequences.count();
    }

    @Override
    public Losses losses(Tape tape, int[] examples, int step, EpochLog log) {
        long seed = config.training().seed();
        UserSequences.Batch batch = sequences.batch(examples);
        RaggedBatch inputs = batch.sequences();
        Variable table = model.itemTable().on(tape);
        CaDiRecDraws draws = CaDiRecDraws.of(
                model.backend(), seed, step, inputs.layout(), config.timesteps(), config.maskRatio());

        Losses.Sum sum = new Losses.Sum();
        sum.add("rec_loss", 1, recommendationLoss(tape, batch, table, step));
        RandomKey dropout = RandomStreams.DROPOUT_DENOISER.key(seed, step);
        Optional<ContextDiffusion.Denoising> denoising = diffusion.denoise(table, inputs, draws, dropout);
        // Where no item is masked none is chosen, and both views are the sequences themselves.
        int[][] chosen = {{}, {}};
        if (denoising.isPresent()) {
            sum.add("nll_loss", config.nllWeight(), denoising.get().nll());
            Tensor logits = denoising.get().logits().value();
            chosen = SubstitutedViews.choose(model.backend(), logits, draws.substitutes(), config.candidates());
        }
        Variable first = view(table, SubstitutedViews.view(inputs, draws.mask(), chosen[0]), 0, step);
        Variable second = view(table, SubstitutedViews.view(inputs, draws.mask(), chosen[1]), 1, step);
        sum.add("cl_loss", config.clWeight(), Contrast.ntXent(first, second, config.temperature()));
        return sum.losses();
    }

    private Variable recommendationLoss(Tape tape, UserSequences.Batch batch, Variable table, int step) {
        Variable outputs = model.encodeEach(tape, batch.sequences(), dropout(RandomStreams.DROPOUT_ANCHOR, step));
        int[] negatives = SampledNegatives.draw(
                sequences.dataset(),
                batch.sequences().layout(),
                batch.sequences().segments(),
                new RandomSequence(RandomStreams.NEGATIVES.key(config.training().seed(), step)));
        return LossOps.sampledCrossEntropy(outputs, table, batch.next(), negatives);
    }

    /** A view's representation [B x D]: the items as they are at this step, constant; encoder and positions learn. */
    private Variable view(Variable table, RaggedBatch view, int number, int step) {
        Tape tape = table.tape();
        Tensor rows = tape.allocate(table.dtype(), view.layout().rows(), table.shape().dim(1));
        model.backend().index().gatherRows(table.value(), view.items(), rows);
        RandomStreams pass = number == 0 ? RandomStreams.DROPOUT_SECOND_PASS : RandomStreams.DROPOUT_PARTNER;
        return model.encoder().encodeEmbeddings(tape.constant(rows), view.layout(), dropout(pass, step));
    }

    private Dropout dropout(RandomStreams pass, int step) {
        EncoderConfig encoder = config.encoder();
        return new Dropout(
                encoder.hiddenDropout(), encoder.attentionDropout(), pass.key(config.training().seed(), step));
    }
}
