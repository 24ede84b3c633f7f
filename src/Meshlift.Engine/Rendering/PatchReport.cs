using System.Collections.Immutable;
using Meshlift.Core.Patching;

namespace Meshlift.Engine.Rendering;

/// <summary>A patch that was applied.</summary>
/// <param name="Name">The patch's file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Files">The files that it changed, in its order.</param>
/// <param name="Offsets">Hunks that applied at another line than the patch says; empty when all applied in place.</param>
public sealed record PatchReport(string Name, ImmutableArray<string> Files, ImmutableArray<HunkOffset> Offsets);

/// <summary>A patch, ready to be applied.</summary>
/// <param name="Name">Its file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record PatchFile(string Name, ReadOnlyMemory<byte> Bytes);
