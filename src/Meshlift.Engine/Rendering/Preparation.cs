using System.Collections.Immutable;
using Meshlift.Adapters.Manifests;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Rendering;

/// <summary>The steps that are the same for every cluster, <c>resolve</c> to <c>mutate</c>, each with its result.</summary>
/// <param name="Version">The version.</param>
/// <param name="Revision">The revision.</param>
/// <param name="From">What was rendered.</param>
/// <param name="Streams">After <c>render</c>.</param>
/// <param name="Split">After <c>split</c>.</param>
/// <param name="Classified">After <c>classify</c>.</param>
/// <param name="Cleaned">After <c>clean</c>.</param>
/// <param name="Mutated">After <c>mutate</c>.</param>
public sealed record Preparation(
    IstioVersion Version,
    RevisionName Revision,
    RenderedFrom From,
    ImmutableArray<ManifestBytes> Streams,
    ManifestSet Split,
    ImmutableArray<ClassifiedResource> Classified,
    Cleaned Cleaned,
    Mutated Mutated)
{
    /// <summary>What a person should know of these steps.</summary>
    public ImmutableArray<Finding> Findings => Cleaned.Findings.AddRange(Mutated.Findings);

    /// <summary>The step <c>resolve</c>.</summary>
    /// <param name="mesh">The configuration.</param>
    /// <param name="root">The folder that its paths start from.</param>
    /// <param name="version">What is asked for; null for the range of the configuration.</param>
    /// <exception cref="UserException">There is no such version.</exception>
    public static IstioVersion Resolve(Mesh mesh, string root, VersionRange? version) =>
        Resolution.Resolve(version ?? mesh.Spec.Istio.Versions, version is null, ManifestReader.Published(Source(mesh), root), Source(mesh).ToString());

    private static ManifestSource Source(Mesh mesh) => mesh.Spec.Istio.Manifests ?? throw new UserException(
        ErrorKind.Input,
        $"{mesh.Source.Where("spec.istio.renderer")}: this version of Meshlift renders with 'manifests' only, not with '{mesh.Spec.Istio.Renderer.ToString().ToLowerInvariant()}'",
        "render the manifests yourself and name them: renderer: manifests, manifests: vendor/istio/${version}/all.yaml");

    /// <summary>Makes these steps.</summary>
    /// <exception cref="UserException">A step failed; the message says where.</exception>
    public static async Task<Preparation> MakeAsync(RenderRequest request, HttpClient http, CancellationToken cancel)
    {
        var version = Resolve(request.Mesh, request.Root, request.Version);
        var revision = request.Mesh.Spec.Istio.Revision.For(version);
        var reader = new ManifestReader(Source(request.Mesh), request.Root, http);
        var streams = await reader.ReadAsync(version, revision, cancel);
        cancel.ThrowIfCancellationRequested();
        var split = ManifestSet.Create(streams.SelectMany(stream => ManifestStream.Split(stream.Bytes, stream.Name)));
        if (split.Resources.IsEmpty)
            throw new UserException(ErrorKind.Input, $"{reader.Location(version, revision)} holds no resource", "check that the renderer printed something");
        var classified = ClassifiedResource.Of(split, revision);
        var cleaned = Cleaner.Clean(classified, request.Mesh.Spec.Clean, version);
        var mutated = Mutator.Mutate(cleaned.Kept, request.Mesh.Spec.Mutate);
        var from = new RenderedFrom("manifests", reader.Location(version, revision), RenderedBytes.Digest(split.Resources));
        return new Preparation(version, revision, from, streams, split, classified, cleaned, mutated);
    }
}
