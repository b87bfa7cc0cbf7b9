package io.github.indirec.model.cadirec;

import io.github.indirec.autograd.Parameters;
import io.github.indirec.tensor.Philox;
import io.github.indirec.tensor.RandomKey;
import java.util.Arrays;
import org.apache.commons.math3.special.Erf;

/**
 * The denoiser as the authors run it: one padded sequence, queries, keys and values of one matrix, laid out head by
 * head, positions clamped, padding masked on both sides of the attention. Plain float64 loops; the oracle that the packed
 * denoiser must equal.
 */
final class PaddedDenoiser {
    private final Parameters parameters;
    private final TokenDenoiserConfig config;
    private final RandomKey key;

    PaddedDenoiser(Parameters parameters, TokenDenoiserConfig config, RandomKey key) {
        this.parameters = parameters;
        this.config = config;
        this.key = key;
    }

    /**
     * Predictions at all slots of sequence number s of a batch, [L][D].
     *
     * @param noised [L][D], padding included
     * @param pads number of padded slots, on the left
     */
    double[][] predict(int s, double[][] noised, int pads, int t) {
        int d = config.hiddenSize();
        double[][] a = new double[1][d];
        for (int k = 0; k < d / 2; k++) {
            double w = Math.pow(10_000, -k / (d / 2.0));
            a[0][k] = Math.cos(t * w);
            a[0][d / 2 + k] = Math.sin(t * w);
        }
        double[][] inner = linear(a, "denoiser.step.dense_1");
        for (int j = 0; j < inner[0].length; j++) {
            inner[0][j] /= 1 + Math.exp(-inner[0][j]);
        }
        double[] tau = linear(inner, "denoiser.step.dense_2")[0];
        double[][] u = new double[noised.length][d];
        for (int p = 0; p < u.length; p++) {
            for (int j = 0; j < d; j++) {
                u[p][j] = noised[p][j] + tau[j];
            }
        }
        u = drop(norm(u, "denoiser.LayerNorm", 1e-5), s * u.length, 0, 3, config.embeddingDropout());
        for (int layer = 0; layer < config.numLayers(); layer++) {
            u = block(u, s * u.length, pads, layer);
        }
        return u;
    }

    private double[][] block(double[][] u, int row, int pads, int layer) {
        String name = "denoiser.layer." + layer + ".";
        double rate = config.dropout();
        double[][] attended = linear(attention(u, row, pads, layer, name + "attention."), name + "attention.dense");
        double[][] y = norm(sum(drop(attended, row, layer, 1, rate), u), name + "attention.LayerNorm", 1e-12);
        double[][] inner = linear(y, name + "intermediate.dense_1");
        for (double[] values : inner) {
            for (int j = 0; j < values.length; j++) {
                values[j] *= 0.5 * (1 + Erf.erf(values[j] / Math.sqrt(2)));
            }
        }
        double[][] fed = drop(linear(inner, name + "intermediate.dense_2"), row, layer, 2, rate);
        return norm(sum(fed, y), name + "intermediate.LayerNorm", 1e-12);
    }

    private double[][] attention(double[][] u, int row, int pads, int layer, String name) {
        int length = u.length;
        int span = config.maxSeqLength();
        int size = config.hiddenSize() / config.numHeads();
        double[][] qkv = product(u, headByHead(name));
        double[] queryBias = values(name + "query.bias");
        double[] valueBias = values(name + "value.bias");
        double[][] r = drop(rows("denoiser.relative_positions.weight"), 0, layer, 4, config.dropout());
        double[][] positionKeys = product(r, rows(name + "position_key.weight"));
        double[][] positionQueries = linear(r, name + "position_query");
        double[][] out = new double[length][config.hiddenSize()];
        for (int h = 0; h < config.numHeads(); h++) {
            int first = h * size;
            int q = 3 * first;
            int k = q + size;
            int v = k + size;
            for (int i = pads; i < length; i++) {
                double[] e = new double[length];
                for (int j = pads; j < length; j++) {
                    int at = Math.min(Math.max(i - j + span, 0), 2 * span - 1);
                    double score = 0;
                    for (int c = 0; c < size; c++) {
                        double query = qkv[i][q + c] + queryBias[first + c];
                        score += query * qkv[j][k + c]
                                + query * positionKeys[at][first + c]
                                + qkv[j][k + c] * positionQueries[at][first + c];
                    }
                    e[j] = Math.exp(score / Math.sqrt(3 * size));
                }
                double total = Arrays.stream(e).sum();
                for (int j = pads; j < length; j++) {
                    double weight = e[j] / total * keep(layer, 0, row + i, h * length + j, config.dropout());
                    for (int c = 0; c < size; c++) {
                        out[i][first + c] += weight * (qkv[j][v + c] + valueBias[first + c]);
                    }
                }
            }
        }
        return out;
    }

    /** The rows of query, key and value in turn for each head. */
    private double[][] headByHead(String name) {
        double[][][] parts = {
            rows(name + "query.weight"), rows(name + "key.weight"), rows(name + "value.weight")
        };
        int size = config.hiddenSize() / config.numHeads();
        double[][] weight = new double[3 * config.hiddenSize()][];
        for (int i = 0; i < weight.length; i++) {
            int head = i / (3 * size);
            weight[i] = parts[i / size % 3][head * size + i % size];
        }
        return weight;
    }

    private double[][] drop(double[][] x, int row, int layer, int site, double rate) {
        double[][] y = new double[x.length][x[0].length];
        for (int p = 0; p < x.length; p++) {
            for (int j = 0; j < x[p].length; j++) {
                y[p][j] = keep(layer, site, row + p, j, rate) * x[p][j];
            }
        }
        return y;
    }

    private double keep(int layer, int site, int row, int unit, double rate) {
        RandomKey address = key.withStream(key.stream() + 8 * layer + site);
        return Philox.uniform(Philox.word(address, row, unit)) >= (float) rate ? 1 / (1 - rate) : 0;
    }

    private double[][] linear(double[][] x, String name) {
        double[][] y = product(x, rows(name + ".weight"));
        double[] bias = values(name + ".bias");
        for (double[] row : y) {
            for (int j = 0; j < row.length; j++) {
                row[j] += bias[j];
            }
        }
        return y;
    }

    private static double[][] product(double[][] x, double[][] weight) {
        double[][] y = new double[x.length][weight.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < weight.length; j++) {
                for (int c = 0; c < weight[j].length; c++) {
                    y[i][j] += x[i][c] * weight[j][c];
                }
            }
        }
        return y;
    }

    private double[][] norm(double[][] x, String name, double eps) {
        double[] gain = values(name + ".weight");
        double[] shift = values(name + ".bias");
        double[][] y = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            double mean = Arrays.stream(x[i]).average().orElseThrow();
            double variance =
                    Arrays.stream(x[i]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            y[i] = x[i].clone();
            for (int j = 0; j < y[i].length; j++) {
                y[i][j] = gain[j] * (x[i][j] - mean) / Math.sqrt(variance + eps) + shift[j];
            }
        }
        return y;
    }

    private static double[][] sum(double[][] x, double[][] y) {
        double[][] z = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < z[i].length; j++) {
                z[i][j] = x[i][j] + y[i][j];
            }
        }
        return z;
    }

    private double[][] rows(String name) {
        double[] values = values(name);
        int width = parameters.get(name).shape().rowLength();
        double[][] rows = new double[values.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
        }
        return rows;
    }

    private double[] values(String name) {
        return parameters.get(name).value().toDoubles();
    }
}
