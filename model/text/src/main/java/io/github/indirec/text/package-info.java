/**
 * The default encoder of item texts: bge-small-en-v1.5 with 8-bit weights, which comes in a jar and needs no download. An
 * artifact of its own, so that only those who want it get ONNX Runtime.
 */
package io.github.indirec.text;
