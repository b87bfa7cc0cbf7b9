package io.github.indirec.model.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.autograd.nn.TransformerLayer;
import io.github.indirec.model.InDiRecConfig;
import io.github.indirec.model.data.RaggedBatch;
import io.github.indirec.model.io.Checkpoints;
import io.github.indirec.model.io.SafeTensors;
import io.github.indirec.model.io.TensorFile;
import io.github.indirec.support.SharedFolders;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The authors' Beauty weights give the authors' activations, layer by layer. */
class ReferenceEncoderTest {
    /** The recording differs from 64-bit arithmetic by up to 9e-7; ours by as much, in another order of additions. */
    private static final float ACTIVATIONS = 1e-5f;

    /** Scores of about 10, recorded with an error of 3.1e-6. */
    private static final float SCORES = 2e-5f;

    @Test
    void everyLayerEqualsTheRecording() throws IOException {
        Path folder = SharedFolders.reference();
        TensorFile recorded = SafeTensors.read(folder.resolve("encoder-beauty.safetensors"));
        TensorFile checkpoint = Checkpoints.readWeights(folder.resolve("InDiRec-Beauty-1.pt"));
        EncoderConfig config = Weights.sizes(checkpoint, InDiRecConfig.preset("beauty").encoder());
        RaggedBatch batch = packed(recorded, config.maxSeqLength());
        try (Backend backend = Backends.cpu(2);
                SequenceModel model = SequenceModel.load(backend, checkpoint, config);
                Tape tape = Tape.inference(backend)) {
            Variable embedded = model.encoder().embed(tape, batch.items(), batch.layout(), Dropout.NONE);
            List<TransformerLayer.Output> outputs = model.encoder().encodeAll(embedded, batch.layout(), Dropout.NONE);
            assertRows(recorded, "embedding_output", batch, embedded);
            assertRows(recorded, "layer1_attention_output", batch, outputs.get(0).attention());
            assertRows(recorded, "layer1_output", batch, outputs.get(0).block());
            assertRows(recorded, "layer2_attention_output", batch, outputs.get(1).attention());
            assertRows(recorded, "layer2_output", batch, outputs.get(1).block());

            Variable last = model.encode(tape, batch, Dropout.NONE);
            assertArrayEquals(
                    recorded.array("last_representation").floats(), last.value().toFloats(), ACTIVATIONS);
            float[] scores = model.scores(last).value().toFloats();
            assertArrayEquals(recorded.array("scores_all_rows").floats(), scores, SCORES);
            assertTop20(recorded, scores, model.items() + 2);
        }
    }

    private static void assertRows(TensorFile recorded, String name, RaggedBatch batch, Variable actual)
            throws IOException {
        float[] expected = recorded.array(name).floats();
        float[] values = actual.value().toFloats();
        int[] coordinates = batch.layout().coordinates();
        int size = values.length / coordinates.length;
        for (int i = 0; i < values.length; i++) {
            float e = expected[coordinates[i / size] * size + i % size];
            assertEquals(e, values[i], ACTIVATIONS, name + ", packed value " + i);
        }
    }

    private static void assertTop20(TensorFile recorded, float[] scores, int rows) throws IOException {
        long[] expected = recorded.array("top20_items_raw").longs();
        for (int s = 0; s < expected.length / 20; s++) {
            int base = s * rows;
            long[] top = IntStream.range(0, rows)
                    .boxed()
                    .sorted(Comparator.comparingDouble(item -> -scores[base + item]))
                    .limit(20)
                    .mapToLong(Integer::longValue)
                    .toArray();
            assertArrayEquals(Arrays.copyOfRange(expected, s * 20, s * 20 + 20), top, "sequence " + s);
        }
    }

    private static RaggedBatch packed(TensorFile recorded, int length) throws IOException {
        long[] ids = recorded.array("input_ids").longs();
        int[][] sequences = new int[ids.length / length][];
        for (int s = 0; s < sequences.length; s++) {
            sequences[s] = Arrays.stream(ids, s * length, (s + 1) * length)
                    .filter(id -> id != 0)
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
        return RaggedBatch.ofHistories(sequences, length);
    }

    @Test
    void theLastBlockAtLastRowsAloneEqualsTheWholeBlockBitForBitAlsoWithDropout() throws IOException {
        EncoderConfig config = InDiRecConfig.preset("beauty").encoder();
        try (Backend backend = Backends.cpu(1);
                SequenceModel model = new SequenceModel(new Parameters(backend, DType.F32), config, 50)) {
            model.initialize(11);
            RaggedBatch batch = RaggedBatch.ofHistories(
                    new int[][] {{1}, {2, 3, 4}, IntStream.rangeClosed(1, 50).toArray()}, config.maxSeqLength());
            Dropout dropout = new Dropout(0.5, 0.5, new RandomKey(1, 1 << 20, 3));
            try (Tape tape = Tape.inference(backend)) {
                Variable embedded = model.encoder().embed(tape, batch.items(), batch.layout(), dropout);
                List<TransformerLayer.Output> outputs = model.encoder().encodeAll(embedded, batch.layout(), dropout);
                float[] whole = outputs.get(1).block().value().toFloats();
                float[] last = model.encode(tape, batch, dropout).value().toFloats();
                int[] lastRows = batch.layout().lastRows();
                int size = config.hiddenSize();
                for (int s = 0; s < lastRows.length; s++) {
                    assertArrayEquals(
                            Arrays.copyOfRange(whole, lastRows[s] * size, (lastRows[s] + 1) * size),
                            Arrays.copyOfRange(last, s * size, (s + 1) * size));
                }
            }
        }
    }
}
