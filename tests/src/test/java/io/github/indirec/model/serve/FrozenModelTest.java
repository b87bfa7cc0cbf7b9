package io.github.indirec.model.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.spi.Backend;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrozenModelTest {
    private static final int ITEMS = 40;

    private static TrainableModel randomized(ModelFamily family, Backend backend) {
        TrainableModel model = SmallModels.create(family, backend, SmallModels.settings(family), ITEMS);
        SmallModels.randomize(model, 0.3);
        return model;
    }

    /** One history alone, and several at once, some longer than the model looks back. */
    @ParameterizedTest
    @EnumSource(ModelFamily.class)
    void scoresHaveTheBitsOfTheModelInTraining(ModelFamily family) {
        try (Backend backend = Backends.cpu(1);
                TrainableModel trained = randomized(family, backend);
                FrozenModel frozen = new FrozenModel(trained.sequenceModel(), backend);
                Workspace workspace = new Workspace(backend)) {
            SequenceModel model = trained.sequenceModel();
            Random random = new Random(SmallModels.SEED);
            for (int count : new int[] {1, 23}) {
                int[][] histories = new int[count][];
                for (int s = 0; s < count; s++) {
                    histories[s] = random.ints(1 + random.nextInt(11), 1, ITEMS + 1).toArray();
                }
                RaggedBatch batch = RaggedBatch.ofHistories(histories, model.config().maxSeqLength());
                try (Tape tape = Tape.inference(backend)) {
                    assertArrayEquals(
                            model.scores(model.encode(tape, batch, Dropout.NONE)).value().toFloats(),
                            frozen.scores(workspace, batch).toFloats(),
                            family + ", " + count + " histories, seed " + SmallModels.SEED);
                }
                workspace.release(0);
            }
        }
    }
}
