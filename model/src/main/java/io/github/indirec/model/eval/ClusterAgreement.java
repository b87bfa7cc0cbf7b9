package io.github.indirec.model.eval;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well found clusters agree with known classes, whatever the numbers the two labelings use.
 *
 * <p>With n_ij members in both cluster i and class j, a_i members of cluster i, b_j of class j and n in all:
 *
 * <pre>
 * NMI    = I / ((H(a) + H(b)) / 2),  I = sum n_ij/n log(n n_ij / (a_i b_j)),  H(a) = -sum a_i/n log(a_i/n)
 * purity = sum_i max_j n_ij / n
 * </pre>
 *
 * Purity rises with the number of clusters (a cluster a member is pure), normalised mutual information does so far
 * less: read them together. Neither is corrected for chance.
 *
 * @param nmi normalised mutual information with the arithmetic mean, 0 (independent) to 1 (the same partition); 1 if
 *     both labelings have a single label
 * @param purity share of members that belong to the most frequent class of their cluster, above 0 to 1
 */
public record ClusterAgreement(double nmi, double purity) {
    private record Pair(int cluster, int label) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byCluster = Integer.compare(cluster, other.cluster);
            return byCluster != 0 ? byCluster : Integer.compare(label, other.label);
        }
    }

    /**
     * Compares two labelings of the same members.
     *
     * @param clusters the found cluster of each member; any numbers
     * @param classes the known class of each member; any numbers
     * @throws IllegalArgumentException if the lengths differ or there are no members
     */
    public static ClusterAgreement of(int[] clusters, int[] classes) {
        if (clusters.length != classes.length || clusters.length == 0) {
            throw new IllegalArgumentException("cluster agreement: expected one cluster and one class for each of at"
                    + " least one member, found " + clusters.length + " clusters and " + classes.length + " classes");
        }
        int n = clusters.length;
        // Sorted maps: sums in an order that the labels alone decide.
        Map<Integer, Integer> clusterSizes = new TreeMap<>();
        Map<Integer, Integer> classSizes = new TreeMap<>();
        Map<Pair, Integer> joint = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            clusterSizes.merge(clusters[i], 1, Integer::sum);
            classSizes.merge(classes[i], 1, Integer::sum);
            joint.merge(new Pair(clusters[i], classes[i]), 1, Integer::sum);
        }
        double information = 0;
        Map<Integer, Integer> largest = new TreeMap<>();
        for (Map.Entry<Pair, Integer> entry : joint.entrySet()) {
            double both = entry.getValue();
            double a = clusterSizes.get(entry.getKey().cluster());
            double b = classSizes.get(entry.getKey().label());
            information += both / n * StrictMath.log(n * both / (a * b));
            largest.merge(entry.getKey().cluster(), entry.getValue(), Math::max);
        }
        double entropies = entropy(clusterSizes.values(), n) + entropy(classSizes.values(), n);
        double nmi = entropies == 0 ? 1 : Math.min(1, 2 * information / entropies);
        long pure = largest.values().stream().mapToLong(Integer::longValue).sum();
        return new ClusterAgreement(nmi, (double) pure / n);
    }

    private static double entropy(Collection<Integer> sizes, int n) {
        double entropy = 0;
        for (int size : sizes) {
            double share = (double) size / n;
            entropy -= share * StrictMath.log(share);
        }
        return entropy;
    }
}
