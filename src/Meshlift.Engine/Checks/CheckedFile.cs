namespace Meshlift.Engine.Checks;

/// <summary>A file that is read.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="ShownAs">What findings call it.</param>
/// <param name="Length">Its length in bytes when it was found.</param>
/// <param name="Cluster">The cluster in whose folder it lies; empty for none.</param>
/// <param name="Together">Names the files that are applied together with it: its cluster's folder, or its own.</param>
/// <param name="StandsBy">True when it lies in a folder <c>standby</c>, of which nothing is applied.</param>
/// <param name="BelowMesh">Its path from the folder of the configuration, with <c>/</c>; null when it lies elsewhere, or there is none.</param>
internal sealed record CheckedFile(string Path, string ShownAs, long Length, string Cluster, string Together, bool StandsBy, string? BelowMesh);
