namespace Meshlift.Core.Placing;

/// <summary>The input of the renderer as it was used for a revision, kept in the revision's folder for people to read; no engine applies it.</summary>
/// <param name="Name">Its path in the revision's folder, such as <c>istio.operator.yaml</c>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record RevisionInput(string Name, ReadOnlyMemory<byte> Bytes);
