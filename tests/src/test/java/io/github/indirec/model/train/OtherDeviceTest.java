package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.LeaveOneOutSplit;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.eval.Evaluator;
import io.github.indirec.model.serve.Recommendation;
import io.github.indirec.model.serve.Recommender;
import io.github.indirec.model.text.ItemVectors;
import io.github.indirec.support.WalledBackend;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every model trains, is measured and serves on whatever device, with nothing of the CPU's in its way. */
class OtherDeviceTest {
    private static final SequenceDataset DATA = SmallModels.data();
    private static final int[] HISTORY = {3, 4, 5};

    /** Everything that a run leaves: weights, ranks, answers. */
    private record Results(Map<String, float[]> weights, int[] ranks, List<Recommendation> answers) {}

    private static Results run(ModelFamily family, Settings settings, Device device) throws IOException {
        try (Backend backend = Backends.open(device, 2);
                TrainableModel model = SmallModels.create(family, backend, settings, DATA.items());
                Trainer trainer = new Trainer(model, DATA, TrainingStore.NONE)) {
            trainer.run(TrainingListener.NONE);
            LeaveOneOutSplit split = new LeaveOneOutSplit(DATA, LeaveOneOutSplit.Split.TEST);
            int[] ranks = Evaluator.ranks(model.sequenceModel(), split, Evaluator.clean(model.sequenceModel()));
            try (Recommender recommender = Recommender.of(model.sequenceModel(), device)) {
                return new Results(
                        model.parameters().all().stream()
                                .collect(Collectors.toMap(
                                        Parameter::name, parameter -> parameter.value().toFloats())),
                        ranks,
                        recommender.recommend(HISTORY, DATA.items()));
            }
        }
    }

    private static void assertSameOnBoth(ModelFamily family, Settings settings) throws IOException {
        Results expected = run(family, settings, Device.CPU);
        Results found = run(family, settings, WalledBackend.DEVICE);
        expected.weights()
                .forEach((name, values) -> assertArrayEquals(values, found.weights().get(name), family + " " + name));
        assertArrayEquals(expected.ranks(), found.ranks());
        assertEquals(expected.answers(), found.answers());
    }

    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void aRunOnAnotherDeviceNeedsNothingOfTheCpu(ModelFamily family) throws IOException {
        assertSameOnBoth(family, SmallModels.settings(family));
    }

    @Test
    void neitherDoTheOtherDenoiserAndTheOtherSampler() throws IOException {
        Settings settings = SmallModels.settings(ModelFamily.INDIREC);
        assertSameOnBoth(ModelFamily.INDIREC, settings.with(Map.of("denoiser", "mlp2"), "test"));
        assertSameOnBoth(ModelFamily.INDIREC, settings.with(Map.of("sampler", "closed-form"), "test"));
    }

    @Test
    void aGrownRecommenderStaysOnItsDevice() {
        ModelFamily family = ModelFamily.LLMDIREC;
        float[] values = new float[24];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.1f * i - 1;
        }
        List<List<Recommendation>> answers = new ArrayList<>();
        for (Device device : List.of(Device.CPU, WalledBackend.DEVICE)) {
            try (Backend backend = Backends.cpu(1);
                    TrainableModel model =
                            SmallModels.create(family, backend, SmallModels.settings(family), DATA.items())) {
                SmallModels.randomize(model, 0.3);
                Recommender recommender = Recommender.of(model.sequenceModel(), device);
                try (Recommender grown = recommender.withItems(ItemVectors.of(values, 12))) {
                    // It has memory of its own.
                    recommender.close();
                    answers.add(grown.recommend(HISTORY, 42));
                }
            }
        }
        assertEquals(42, answers.get(0).size());
        assertEquals(answers.get(0), answers.get(1));
    }
}
