namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Takes from one object of a list or a watch what is needed of it.</summary>
/// <typeparam name="T">What is kept; it must not refer to the bytes, which are used again.</typeparam>
/// <param name="json">The object, whole; see <see cref="JsonCursor"/>.</param>
/// <param name="strings">The texts of this list.</param>
public delegate T ItemReader<out T>(ReadOnlySpan<byte> json, StringPool strings);
