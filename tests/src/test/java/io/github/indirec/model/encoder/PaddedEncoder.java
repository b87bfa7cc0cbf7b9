package io.github.indirec.model.encoder;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.nn.Dropout;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;
import java.util.Arrays;
import org.apache.commons.math3.special.Erf;

/**
 * The encoder as the authors run it: every sequence padded with 0 on the left to L, padded keys masked with -10000. Plain
 * float64 loops; the oracle that the packed encoder must equal.
 */
final class PaddedEncoder {
    private static final double MASK = -10_000;

    private final Parameters parameters;
    private final EncoderConfig config;
    private final Dropout dropout;

    PaddedEncoder(Parameters parameters, EncoderConfig config, Dropout dropout) {
        this.parameters = parameters;
        this.config = config;
        this.dropout = dropout;
    }

    /** Outputs of the last block at all positions of sequence number s of a batch, [L][D]. */
    double[][] encode(int s, int[] history) {
        int length = config.maxSeqLength();
        int[] items = new int[length];
        System.arraycopy(history, 0, items, length - history.length, history.length);
        double[] table = values("item_embeddings.weight");
        double[] positions = values("seq_model.position_embeddings.weight");
        int d = config.hiddenSize();
        double[][] x = new double[length][d];
        for (int p = 0; p < length; p++) {
            for (int j = 0; j < d; j++) {
                x[p][j] = table[items[p] * d + j] + positions[p * d + j];
            }
        }
        x = drop(norm(x, "seq_model.LayerNorm"), s, 0, 3);
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String name = "seq_model.item_encoder.layer." + layer + ".";
            double[][] attended = drop(attention(x, items, s, layer, name + "attention."), s, layer, 1);
            double[][] a = norm(sum(attended, x), name + "attention.LayerNorm");
            double[][] inner = linear(a, name + "intermediate.dense_1");
            for (double[] row : inner) {
                for (int j = 0; j < row.length; j++) {
                    row[j] *= 0.5 * (1 + Erf.erf(row[j] / Math.sqrt(2)));
                }
            }
            double[][] fed = drop(linear(inner, name + "intermediate.dense_2"), s, layer, 2);
            x = norm(sum(fed, a), name + "intermediate.LayerNorm");
        }
        return x;
    }

    private double[][] attention(double[][] x, int[] items, int s, int layer, String name) {
        double[][] q = linear(x, name + "query");
        double[][] k = linear(x, name + "key");
        double[][] v = linear(x, name + "value");
        int length = x.length;
        int size = config.hiddenSize() / config.numHeads();
        RandomKey key = dropout.key(layer, 0);
        double[][] out = new double[length][config.hiddenSize()];
        for (int h = 0; h < config.numHeads(); h++) {
            for (int i = 0; i < length; i++) {
                double[] weights = new double[length];
                for (int j = 0; j < length; j++) {
                    double score = 0;
                    for (int c = h * size; c < (h + 1) * size; c++) {
                        score += q[i][c] * k[j][c];
                    }
                    boolean visible = items[j] != 0 && (j <= i || !config.causal());
                    weights[j] = score / Math.sqrt(size) + (visible ? 0 : MASK);
                }
                double max = Arrays.stream(weights).max().orElseThrow();
                double total = 0;
                for (int j = 0; j < length; j++) {
                    weights[j] = Math.exp(weights[j] - max);
                    total += weights[j];
                }
                for (int j = 0; j < length; j++) {
                    double kept = keep(key, s * length + i, h * length + j, dropout.attention());
                    for (int c = h * size; c < (h + 1) * size; c++) {
                        out[i][c] += kept * weights[j] / total * v[j][c];
                    }
                }
            }
        }
        return linear(out, name + "dense");
    }

    private double[][] drop(double[][] x, int s, int layer, int site) {
        double[][] y = new double[x.length][x[0].length];
        for (int p = 0; p < x.length; p++) {
            for (int j = 0; j < x[p].length; j++) {
                y[p][j] = keep(dropout.key(layer, site), s * x.length + p, j, dropout.hidden()) * x[p][j];
            }
        }
        return y;
    }

    private static double keep(RandomKey key, int row, int unit, double rate) {
        return Philox.uniform(Philox.word(key, row, unit)) >= rate ? 1 / (1 - rate) : 0;
    }

    private double[][] linear(double[][] x, String name) {
        double[] weight = values(name + ".weight");
        double[] bias = values(name + ".bias");
        double[][] y = new double[x.length][bias.length];
        for (int p = 0; p < x.length; p++) {
            for (int o = 0; o < bias.length; o++) {
                y[p][o] = bias[o];
                for (int j = 0; j < x[p].length; j++) {
                    y[p][o] += weight[o * x[p].length + j] * x[p][j];
                }
            }
        }
        return y;
    }

    private double[][] norm(double[][] x, String name) {
        double[] gain = values(name + ".weight");
        double[] shift = values(name + ".bias");
        double[][] y = new double[x.length][gain.length];
        for (int p = 0; p < x.length; p++) {
            double mean = 0;
            for (double value : x[p]) {
                mean += value / gain.length;
            }
            double variance = 0;
            for (double value : x[p]) {
                variance += (value - mean) * (value - mean) / gain.length;
            }
            for (int j = 0; j < gain.length; j++) {
                y[p][j] = gain[j] * (x[p][j] - mean) / Math.sqrt(variance + config.layerNormEps()) + shift[j];
            }
        }
        return y;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] c = new double[a.length][a[0].length];
        for (int p = 0; p < c.length; p++) {
            for (int j = 0; j < c[p].length; j++) {
                c[p][j] = a[p][j] + b[p][j];
            }
        }
        return c;
    }

    private double[] values(String name) {
        return parameters.get(name).value().toDoubles();
    }
}
