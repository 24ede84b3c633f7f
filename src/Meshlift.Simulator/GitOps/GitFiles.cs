namespace Meshlift.Simulator.GitOps;

/// <summary>What a branch of a Git repository holds.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Files">The files, by their paths from the root with '/' between the parts.</param>
public sealed record GitFiles(string Commit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files);

/// <summary>Reads a branch; null when it is still at a commit that is known already.</summary>
/// <param name="known">The commit that was read last; null at first.</param>
/// <param name="cancel">Gives up.</param>
public delegate Task<GitFiles?> GitReader(string? known, CancellationToken cancel);
