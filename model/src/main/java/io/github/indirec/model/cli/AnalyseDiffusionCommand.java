package io.github.indirec.model.cli;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.Presets;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.PrefixSegments;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.diffusion.Diffusion;
import io.github.indirec.model.diffusion.DiffusionConfig;
import io.github.indirec.model.diffusion.ViewVariance;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.encoder.Weights;
import io.github.indirec.model.intent.IntentClusters;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.model.serve.ModelFile;
import io.github.indirec.model.train.Checkpoint;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code indirec analyse diffusion}: how much of a generated view is signal and how much noise. */
@Command(
        name = "diffusion",
        description = {
            "Shows what the views are made of that the diffusion model generates.",
            "With the affine denoiser (mlp1) a view is M s + c + noise: a linear map of its mate's representation s, a"
                    + " constant, and Gaussian noise that does not depend on s. Over the mates of all training"
                    + " sub-sequences: the variance of M s (signal), that of the noise, and the signal's share, which"
                    + " is the correlation to expect between two views of one mate."
        },
        footer = {
            "",
            "Example: indirec analyse diffusion --data data/beauty --checkpoint best.safetensors",
            "JSON keys: data, checkpoint, timesteps, guidance, constant, signal, noise,",
            "signal_share; an object for each T and w."
        })
final class AnalyseDiffusionCommand extends Subcommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR|FILE",
            description = "A folder with sequences.txt, or a single file in the authors' format.")
    private Path data;

    @Option(
            names = "--checkpoint",
            required = true,
            paramLabel = "FILE",
            description = "Weights of a whole model, denoiser included: .safetensors, or the authors' .pt.")
    private Path checkpoint;

    @Option(
            names = "--timesteps",
            paramLabel = "T",
            split = ",",
            description = "Steps of the chain (default: 25,50,100,200 and the model's own).")
    private List<Integer> timesteps;

    @Option(
            names = "--guidance",
            paramLabel = "W",
            split = ",",
            description = "Strengths of the guidance (default: -1,0,2,4 and the model's own).")
    private List<Double> guidance;

    @Option(
            names = "--heads",
            paramLabel = "N",
            description = "Attention heads, which no .pt tells (default: the weight file's own, else 2).")
    private Integer heads;

    @Mixin
    private DeviceOptions device;

    AnalyseDiffusionCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        SequenceDataset dataset = SequenceDataset.read(data);
        TensorFile file = Checkpoints.readWeights(checkpoint);
        OptionalInt givenHeads = heads == null ? OptionalInt.empty() : OptionalInt.of(heads);
        try (Backend backend = device.open(terminal);
                SequenceModel model = ModelFile.open(backend, file, givenHeads);
                TensorScope scope = new TensorScope(backend)) {
            DataFit.require(terminal, data, dataset, checkpoint, model);
            Settings settings = Checkpoint.settings(
                    file, SettingsOptions.presetNamedLike(dataset.name()).orElse(Presets.DEFAULT));
            DiffusionConfig own = InDiRecConfig.of(settings).diffusion();
            List<DiffusionConfig> variants = variants(settings, own);
            PrefixSegments segments =
                    new PrefixSegments(dataset, model.config().maxSeqLength());
            Tensor representations =
                    IntentClusters.encode(model, segments, segments.count(), scope, done -> {});
            // All before the first line: a checkpoint without a denoiser fails here, and prints no result.
            List<ViewVariance> variances = new ArrayList<>();
            for (DiffusionConfig variant : variants) {
                variances.add(variance(file, variant, representations, backend));
            }
            if (!json) {
                terminal.result(
                        "%s, %s: T %d and w %s of its own, %,d mates",
                        dataset.name(), checkpoint, own.timesteps(), own.guidance(), segments.count());
                terminal.result(
                        "%5s  %6s  %10s  %10s  %10s  %12s", "T", "w", "constant", "signal", "noise", "signal share");
            }
            for (int i = 0; i < variants.size(); i++) {
                show(dataset, variants.get(i), variances.get(i));
            }
        }
        return ExitCode.SUCCESS;
    }

    /** The model's own settings with every T and w asked for. */
    private List<DiffusionConfig> variants(Settings settings, DiffusionConfig own) {
        if (own.denoiser() != DiffusionConfig.DenoiserType.MLP1) {
            throw CommandException.badInput(
                    checkpoint + ": its denoiser is " + own.denoiser().label()
                            + ", expected mlp1; the views of another are no linear map plus noise",
                    null);
        }
        List<Integer> steps = timesteps != null
                ? timesteps
                : Stream.of(25, 50, 100, 200, own.timesteps()).distinct().sorted().toList();
        List<Double> strengths = guidance != null
                ? guidance
                : Stream.of(-1.0, 0.0, 2.0, 4.0, own.guidance()).distinct().sorted().toList();
        List<DiffusionConfig> variants = new ArrayList<>();
        for (int t : steps) {
            for (double w : strengths) {
                Map<String, String> values =
                        Map.of("timesteps", Integer.toString(t), "guidance", Double.toString(w));
                try {
                    variants.add(InDiRecConfig.of(settings.with(values, "the command line"))
                            .diffusion());
                } catch (IllegalArgumentException e) {
                    throw CommandException.usage(e.getMessage());
                }
            }
        }
        return variants;
    }

    private static ViewVariance variance(
            TensorFile file, DiffusionConfig variant, Tensor representations, Backend backend) throws IOException {
        try (Parameters parameters = new Parameters(backend, DType.F32);
                Tape tape = Tape.inference(backend)) {
            Diffusion diffusion =
                    new Diffusion(parameters, variant, representations.shape().dim(1));
            Weights.load(parameters, file);
            return ViewVariance.of(diffusion.distribution(tape.constant(representations)));
        }
    }

    private void show(SequenceDataset dataset, DiffusionConfig variant, ViewVariance variance) {
        int t = variant.timesteps();
        double w = variant.guidance();
        if (!json) {
            terminal.result(
                    "%5d  %6s  %10.4f  %10.4f  %10.4f  %12.4f",
                    t, w, variance.constant(), variance.signal(), variance.noise(), variance.signalShare());
            return;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("data", dataset.name());
        object.put("checkpoint", checkpoint.toString());
        object.put("timesteps", t);
        object.put("guidance", w);
        object.put("constant", variance.constant());
        object.put("signal", variance.signal());
        object.put("noise", variance.noise());
        object.put("signal_share", variance.signalShare());
        terminal.json(object);
    }
}
