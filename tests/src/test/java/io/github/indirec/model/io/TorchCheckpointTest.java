package io.github.indirec.model.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.TorchFileBuilder.Pickle;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchCheckpointTest {
    private static final float[] SIX = {0, 1, 2, 3, 4, 5};

    @TempDir
    Path folder;

    private int files;

    private TensorFile read(byte[] bytes) throws IOException {
        // A name of its own each time: the JDK keeps open archives by name and time of change.
        Path file = folder.resolve(files++ + ".pt");
        Files.write(file, bytes);
        try {
            return Checkpoints.readWeights(file);
        } finally {
            Files.delete(file);
        }
    }

    private FormatException refused(byte[] bytes) {
        return assertThrows(FormatException.class, () -> read(bytes));
    }

    private FormatException refusedPickle(byte[] pickle) {
        return refused(new TorchFileBuilder()
                .pickle(pickle)
                .storage("0", TorchFileBuilder.floats(SIX))
                .build());
    }

    private static byte[] window(long offset, long[] shape, long[] strides) {
        return TorchFileBuilder.singleTensor(SIX, offset, shape, strides);
    }

    private static long[] of(long... values) {
        return values;
    }

    @Test
    void theReleasedCheckpointEqualsItsSafetensorsCopyEntryByEntry() throws IOException {
        Path reference = SharedFolders.reference();
        TensorFile torch = Checkpoints.readWeights(reference.resolve("InDiRec-Beauty-1.pt"));
        TensorFile safe = Checkpoints.readWeights(reference.resolve("indirec-beauty.safetensors"));
        assertEquals(safe.tensors().keySet(), torch.tensors().keySet());
        assertEquals(50, torch.tensors().size());
        for (String name : safe.tensors().keySet()) {
            int[] shape = safe.array(name).shape();
            assertArrayEquals(safe.floats(name, shape), torch.floats(name, shape), name);
        }
        assertSame(
                torch.array("item_embeddings.weight").floats(),
                torch.array("seq_model.item_embeddings.weight").floats(),
                "shared memory is kept once");
    }

    @Test
    void windowsIntoAStorageAreMaterialisedRowMajor() throws IOException {
        assertArrayEquals(SIX, read(window(0, of(2, 3), of(3, 1))).floats("w", 2, 3));
        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, read(window(0, of(3, 2), of(1, 3))).floats("w", 3, 2));
        assertArrayEquals(new float[] {4, 5}, read(window(4, of(2), of(1))).floats("w", 2));
        assertArrayEquals(new float[] {1, 3, 5}, read(window(1, of(3), of(2))).floats("w", 3));
        assertArrayEquals(new float[] {5}, read(window(5, of(), of())).floats("w"));
        assertArrayEquals(new float[] {2, 3}, read(window(2, of(1, 2), of(99, 1))).floats("w", 1, 2));
        assertArrayEquals(new float[0], read(window(0, of(0, 3), of(3, 1))).floats("w", 0, 3));
        assertArrayEquals(
                new float[] {0, 2, 4, 1, 3, 5}, read(window(0, of(2, 1, 3), of(1, 7, 2))).floats("w", 2, 1, 3));
    }

    @Test
    void windowsThatDoNotFitTheirStorageAreRefused() {
        long big = Integer.MAX_VALUE;
        refused(window(0, of(7), of(1)));
        refused(window(1, of(6), of(1)));
        refused(window(-1, of(1), of(1)));
        refused(window(6, of(1), of(1)));
        refused(window(Long.MAX_VALUE, of(2), of(1)));
        refused(window(0, of(2, 3), of(4, 1)));
        refused(window(0, of(2), of(-1)));
        refused(window(0, of(-1), of(1)));
        refused(window(0, of(2, 3), of(3)));
        refused(window(0, of(2), of(Long.MAX_VALUE)));
        refused(window(0, of(3, 3), of(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2)));
        refused(window(0, of(big - 8, big - 8, big - 8), of(0, 0, 0)));
        refused(window(0, of(1L << 32, 2), of(0, 0)));
        FormatException expanded = refused(window(0, of(1_000_000_000), of(0)));
        assertTrue(expanded.getMessage().contains("1000000000 values out of a storage of 6"), expanded.getMessage());
    }

    @Test
    void otherNumberTypesRead() throws IOException {
        byte[] pickle = new Pickle()
                .beginDict()
                .text("d")
                .tensor("DoubleStorage", "0", 1, 0, of(1), of(1))
                .text("l")
                .tensor("LongStorage", "1", 1, 0, of(), of())
                .text("i")
                .tensor("IntStorage", "2", 1, 0, of(1), of(1))
                .endDict()
                .stop();
        TensorFile file = read(new TorchFileBuilder()
                .pickle(pickle)
                .storage("0", TorchFileBuilder.littleEndian(8).putDouble(Math.E).array())
                .storage("1", TorchFileBuilder.littleEndian(8).putLong(-5).array())
                .storage("2", TorchFileBuilder.littleEndian(4).putInt(7).array())
                .build());
        assertArrayEquals(new double[] {Math.E}, file.doubles("d", 1));
        assertArrayEquals(new long[] {-5}, file.longs("l"));
        assertArrayEquals(new int[] {7}, file.ints("i", 1));
    }

    @Test
    void aStateDictOneLevelDownIsFoundAmongOptimiserAndEpoch() throws IOException {
        for (String key : List.of("state_dict", "model_state_dict")) {
            Pickle pickle = new Pickle().op('}', '(').text("epoch").op('K', 3);
            pickle.text("best").op('G').raw(new byte[8]);
            pickle.text("optimizer").op('}', '(').number(0).op('N').text("betas").op(']', '(', 0x88, 'N', 'e', 'u');
            pickle.text(key).beginDict().text("w").tensor("FloatStorage", "0", 6, 0, of(6), of(1)).endDict();
            TensorFile file = read(new TorchFileBuilder()
                    .pickle(pickle.endDict().stop())
                    .storage("0", TorchFileBuilder.floats(SIX))
                    .build());
            assertEquals(List.of("w"), List.copyOf(file.tensors().keySet()));
        }
    }

    @Test
    void anArchivePackedAgainWithCompressionReads() throws IOException {
        byte[] pickle = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, of(6), of(1))
                .endDict()
                .stop();
        byte[] file = new TorchFileBuilder()
                .pickle(pickle)
                .storage("0", TorchFileBuilder.floats(SIX))
                .entry("byteorder", "little".getBytes(StandardCharsets.US_ASCII))
                .deflated()
                .build();
        assertArrayEquals(SIX, read(file).floats("w", 6));
    }

    @Test
    void bigEndianFilesAreRefused() {
        byte[] file = new TorchFileBuilder()
                .pickle(new Pickle().beginDict().endDict().stop())
                .entry("byteorder", "big".getBytes(StandardCharsets.US_ASCII))
                .build();
        assertTrue(refused(file).getMessage().contains("expected little, found big"));
    }

    @Test
    void globalsOutsideOfTheAllowListAreRefusedByName() {
        for (String name :
                List.of("os.system", "posix.system", "builtins.eval", "torch.load", "torch._utils._rebuild_tensor")) {
            int dot = name.lastIndexOf('.');
            byte[] pickle = new Pickle()
                    .global(name.substring(0, dot), name.substring(dot + 1))
                    .text("echo pwned")
                    .op(0x85, 'R')
                    .stop();
            String message = refusedPickle(pickle).getMessage();
            assertTrue(message.contains("found the global " + name), message);
        }
        byte[] half = new Pickle().global("torch", "HalfStorage").stop();
        assertTrue(refusedPickle(half).remedy().contains(".float()"));
        byte[] escape = new Pickle().global("os\u001b[2J", "system").stop();
        assertTrue(refusedPickle(escape).getMessage().chars().allMatch(c -> c >= ' '));
    }

    @Test
    void allowedGlobalsCannotBeCalledWithForeignArguments() {
        refusedPickle(new Pickle().global("collections", "OrderedDict").text("x").op(0x85, 'R').stop());
        refusedPickle(new Pickle().global("torch", "FloatStorage").op(')', 'R').stop());
        refusedPickle(new Pickle().text("os.system").op(')', 'R').stop());
        refusedPickle(new Pickle().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R').stop());
        refusedPickle(new Pickle().text("x").op(')', 'Q').stop());
    }

    @Test
    void everyOpcodeThatIsNotNeededIsRefused() {
        String needed = "(cNGKMJX]ae}su)tqrhjQRb.";
        for (int opcode = 0; opcode < 256; opcode++) {
            boolean isNeeded = needed.indexOf(opcode) >= 0 || opcode == 0x80 || (opcode >= 0x85 && opcode <= 0x8a);
            if (!isNeeded) {
                String message = refusedPickle(new Pickle().op(opcode).raw(new byte[64]).stop()).getMessage();
                assertTrue(message.contains(String.format("opcode 0x%02x", opcode)), message);
            }
        }
        assertEquals(24, needed.length());
    }

    @Test
    void otherProtocolsAreRefused() {
        byte[] pickle = new Pickle().beginDict().endDict().stop();
        pickle[1] = 4;
        assertTrue(refusedPickle(pickle).getMessage().contains("protocol 4"));
    }

    @Test
    void stackMarksAndMemoAreGuarded() {
        int[][] programs = {
            {}, {']', 'K', 1, '(', 'a', 't'},
            {'R'}, {'t'}, {'u'}, {'s'}, {'b'}, {'Q'}, {'h', 0}, {'q', 0}, {'a'}, {'e'}, {0x87}, {'(', 0x85},
            {'}', '(', 's'}, {'}', '(', 'K', 1, 'u'}, {'(', '}'}, {'}', '}'}, {'K', 1, '(', 'u'}
        };
        for (int[] ops : programs) {
            String place = refusedPickle(new Pickle().op(ops).stop()).place();
            assertTrue(place.startsWith("archive/data.pkl byte "), Arrays.toString(ops) + ": " + place);
        }
        refusedPickle(new Pickle().op('}').raw(new byte[] {'.'}).stop());
        refusedPickle(new Pickle().op('}').op('N').op('N').op('s').stop());
        byte[] twice = new Pickle().op('}', '(').text("a").op('K', 1).text("a").op('K', 1, 'u').stop();
        assertTrue(refusedPickle(twice).getMessage().contains("'a' twice"));
    }

    @Test
    void hugeNumbersAndTextsAreRefusedBeforeTheyAreBuilt() {
        byte[] wide = new Pickle().op(0x8a, 255).raw(new byte[255]).stop();
        assertTrue(refusedPickle(wide).getMessage().contains("an integer of at most 8 bytes"));
        refusedPickle(new Pickle().op(0x8b).int32(Integer.MAX_VALUE).stop());
        refusedPickle(new Pickle().op('X').int32(Integer.MAX_VALUE).stop());
        refusedPickle(new Pickle().op('X').int32(-1).stop());
        refusedPickle(new Pickle().op('X').int32(2).op(0xc3, 0x28).stop());
        byte[] endless = new byte[1 << 16];
        Arrays.fill(endless, (byte) 'a');
        refusedPickle(new Pickle().op('c').raw(endless).stop());
    }

    @Test
    void numbersOfEveryWidthAreSigned() throws IOException {
        Object value = PickleReader.read(new Pickle().op(0x8a, 2, 0x00, 0xff).stop(), "f", "e");
        assertEquals(-256L, value);
        assertEquals(0L, PickleReader.read(new Pickle().op(0x8a, 0).stop(), "f", "e"));
        assertEquals(65535L, PickleReader.read(new Pickle().op('M', 0xff, 0xff).stop(), "f", "e"));
        assertEquals(255L, PickleReader.read(new Pickle().op('K', 0xff).stop(), "f", "e"));
        assertEquals(-1L, PickleReader.read(new Pickle().number(-1).stop(), "f", "e"));
        assertEquals(Long.MIN_VALUE, PickleReader.read(new Pickle().number(Long.MIN_VALUE).stop(), "f", "e"));
    }

    @Test
    void deepNestingCyclesAndMemoDoublingCostNothing() {
        Pickle deep = new Pickle().op('N');
        for (int i = 0; i < 1_000_000; i++) {
            deep.op(0x85);
        }
        refusedPickle(deep.stop());
        Pickle marks = new Pickle();
        for (int i = 0; i < 1_000_000; i++) {
            marks.op('(');
        }
        refusedPickle(marks.stop());
        Pickle doubling = new Pickle().op('N', 'q', 0);
        for (int i = 0; i < 200; i++) {
            doubling.op('h', i, 'h', i, 0x86, 'q', i + 1);
        }
        refusedPickle(doubling.op('t').stop());
        refusedPickle(new Pickle().op('}', 'q', 0).text("self").op('h', 0, 's').stop());
        refusedPickle(new Pickle().op('N', 'r').int32(-1).op('j').int32(-1).op(0x86).stop());
    }

    @Test
    void manyWindowsIntoOneStorageHaveToFitTheBudget() {
        int values = 100_000;
        Pickle pickle = new Pickle().beginDict();
        for (int i = 0; i < 1000; i++) {
            pickle.text("w" + i).tensor("FloatStorage", "0", values, i % 2, of(values - 1 - i / 2), of(1));
        }
        byte[] file = new TorchFileBuilder()
                .pickle(pickle.endDict().stop())
                .storage("0", new byte[4 * values])
                .build();
        assertTrue(refused(file).getMessage().contains("times the file's size"));
    }

    @Test
    void zipBombsAreRefused() {
        int values = 16 << 20;
        byte[] pickle = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", values, 0, of(values), of(1))
                .endDict()
                .stop();
        byte[] bomb = new TorchFileBuilder()
                .pickle(pickle)
                .storage("0", new byte[4 * values])
                .deflated()
                .build();
        assertTrue(refused(bomb).getMessage().contains("times the file's size"));
        byte[] pickleBomb = new TorchFileBuilder()
                .pickle(new byte[8 << 20])
                .deflated()
                .build();
        assertTrue(refused(pickleBomb).getMessage().contains("at most"));
    }

    @Test
    void storagesThatAreMissingOrOfAnotherSizeAreRefused() {
        byte[] pickle = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, of(6), of(1))
                .endDict()
                .stop();
        assertTrue(refused(new TorchFileBuilder().pickle(pickle).build()).getMessage().contains("archive/data/0"));
        refused(new TorchFileBuilder().pickle(pickle).storage("0", new byte[23]).build());
        byte[] twoTypes = new Pickle()
                .beginDict()
                .text("a")
                .tensor("FloatStorage", "0", 6, 0, of(6), of(1))
                .text("b")
                .tensor("DoubleStorage", "0", 3, 0, of(3), of(1))
                .endDict()
                .stop();
        refusedPickle(twoTypes);
        byte[] absurd = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", Long.MAX_VALUE, 0, of(1), of(1))
                .endDict()
                .stop();
        refusedPickle(absurd);
    }

    @Test
    void aDamagedValueIsNoticedByItsChecksum() {
        byte[] file = window(0, of(6), of(1));
        byte[] storage = TorchFileBuilder.floats(SIX);
        int at = 0;
        while (!Arrays.equals(file, at, at + storage.length, storage, 0, storage.length)) {
            at++;
        }
        file[at] ^= 1;
        assertTrue(refused(file).getMessage().contains("checksum"));
    }

    @Test
    void filesOfOtherKindsSayWhatTheyAre() {
        byte[] old = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F', (byte) 0xf9, ' ', 'j'};
        assertTrue(refused(old).getMessage().contains("older versions"));
        assertTrue(refused(new byte[0]).getMessage().contains("an empty file"));
        byte[] text = "a text file".getBytes(StandardCharsets.US_ASCII);
        assertTrue(refused(text).getMessage().contains("weight file"));
        byte[] plainZip = new TorchFileBuilder().entry("readme", new byte[1]).build();
        assertTrue(refused(plainZip).getMessage().contains("no PyTorch checkpoint"));
        byte[] script = new TorchFileBuilder()
                .pickle(new Pickle().stop())
                .entry("constants.pkl", new byte[1])
                .build();
        assertTrue(refused(script).getMessage().contains("TorchScript"));
        assertTrue(refusedPickle(new Pickle().op('K', 1).stop()).getMessage().contains("state dict"));
        byte[] notATensor = new Pickle().beginDict().text("epoch").op('K', 1).endDict().stop();
        assertTrue(refusedPickle(notATensor).getMessage().contains("'epoch', which is no tensor"));
    }

    @Test
    void aHeaderLengthThatLooksLikeAPickleIsStillSafetensors() throws IOException {
        String metadata = "m".repeat(0x280 - "{\"__metadata__\":{\"k\":\"\"}}".length());
        Path file = folder.resolve("w");
        SafeTensors.write(file, java.util.Map.of("k", metadata), List.of());
        byte[] bytes = Files.readAllBytes(file);
        assertArrayEquals(new byte[] {(byte) 0x80, 2}, Arrays.copyOf(bytes, 2));
        assertEquals(metadata, read(bytes).metadata().get("k"));
    }

    @Test
    void anyDamageIsRefusedOrHarmless() {
        byte[] valid = window(1, of(2, 2), of(2, 1));
        int cases = 2_500;
        int refusals = ByteMutator.countRefusals(valid, cases, 2, this::read);
        assertTrue(refusals > cases / 2, "only " + refusals + " refusals");
    }

    @Test
    void anyDamageInsideOfThePickleIsRefusedOrHarmless() {
        byte[] pickle = new Pickle()
                .beginDict()
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, of(2, 3), of(3, 1))
                .text("v")
                .tensor("FloatStorage", "0", 6, 2, of(2), of(1))
                .endDict()
                .stop();
        // The archive is rebuilt each time, so that checksums do not hide the pickle.
        ByteMutator.countRefusals(
                pickle,
                2_500,
                3,
                damaged -> read(new TorchFileBuilder()
                        .pickle(damaged)
                        .storage("0", TorchFileBuilder.floats(SIX))
                        .build()));
    }
}
