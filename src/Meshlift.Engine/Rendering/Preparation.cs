using System.Collections.Immutable;
using Meshlift.Adapters.Functions;
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
/// <remarks>A step is made when its result is first asked for, so that what one step gives can be looked at even where the next one fails.</remarks>
public sealed class Preparation
{
    private readonly RenderRequest _request;
    private readonly string _location;
    private ManifestSet? _split;
    private ImmutableArray<ClassifiedResource>? _classified;
    private Cleaned? _cleaned;
    private Mutated? _mutated;

    private Preparation(RenderRequest request, IstioVersion version, RevisionName revision, string location, ImmutableArray<ManifestBytes> streams) =>
        (_request, Version, Revision, _location, Streams) = (request, version, revision, location, streams);

    /// <summary>The version.</summary>
    public IstioVersion Version { get; }

    /// <summary>The revision.</summary>
    public RevisionName Revision { get; }

    /// <summary>After <c>render</c>.</summary>
    public ImmutableArray<ManifestBytes> Streams { get; }

    /// <summary>After <c>split</c>.</summary>
    /// <exception cref="UserException">A stream is broken, holds a resource twice, or they hold none; the message says where.</exception>
    public ManifestSet Split => _split ??= Filled(ManifestSet.Create(Streams.SelectMany(stream => ManifestStream.Split(stream.Bytes, stream.Name))));

    /// <summary>After <c>classify</c>.</summary>
    /// <exception cref="UserException">It was rendered for another revision.</exception>
    public ImmutableArray<ClassifiedResource> Classified => _classified ??= ClassifiedResource.Of(Split, Revision);

    /// <summary>After <c>clean</c>.</summary>
    public Cleaned Cleaned => _cleaned ??= Cleaner.Clean(Classified, _request.Mesh.Spec.Clean, Version);

    /// <summary>After <c>mutate</c>. The functions among the mutations run once, however often this is asked for.</summary>
    /// <exception cref="UserException">A mutation cannot be made.</exception>
    public async Task<Mutated> MutateAsync(CancellationToken cancel) =>
        _mutated ??= await new MutationRun(new FunctionProgram(TimeProvider.System), _request.Root).RunAsync(Cleaned.Kept, _request.Mesh.Spec.Mutate, Revision, cancel);

    /// <summary>What was rendered.</summary>
    public RenderedFrom From => new("manifests", _location, RenderedBytes.Digest(Split.Resources));

    /// <summary>What a person should know of the steps up to <c>clean</c>, and of <c>mutate</c> once it was made.</summary>
    public ImmutableArray<Finding> Findings => Cleaned.Findings.AddRange(_mutated?.Findings ?? []);

    /// <summary>The step <c>resolve</c>.</summary>
    /// <param name="mesh">The configuration.</param>
    /// <param name="root">The folder that its paths start from.</param>
    /// <param name="version">What is asked for; null for the range of the configuration.</param>
    /// <exception cref="UserException">There is no such version.</exception>
    public static IstioVersion Resolve(Mesh mesh, string root, VersionRange? version) =>
        Resolution.Resolve(version ?? mesh.Spec.Istio.Versions, version is null, ManifestReader.Published(Source(mesh), root, mesh.Spec.Istio.Revision), ManifestReader.Shown(Source(mesh).Template));

    private static ManifestSource Source(Mesh mesh) => mesh.Spec.Istio.Manifests ?? throw new UserException(
        ErrorKind.Input,
        $"{mesh.Source.Where("spec.istio.renderer")}: this version of Meshlift renders with 'manifests' only, not with '{mesh.Spec.Istio.Renderer.ToString().ToLowerInvariant()}'",
        "render the manifests yourself and name them: renderer: manifests, manifests: vendor/istio/${version}/all.yaml");

    /// <summary>Makes the first two steps, <c>resolve</c> and <c>render</c>.</summary>
    /// <exception cref="UserException">There is no such version, or it cannot be read.</exception>
    public static async Task<Preparation> ReadAsync(RenderRequest request, HttpClient http, CancellationToken cancel)
    {
        var version = Resolve(request.Mesh, request.Root, request.Version);
        var revision = request.Mesh.Spec.Istio.Revision.For(version);
        var reader = new ManifestReader(Source(request.Mesh), request.Root, http);
        var streams = await reader.ReadAsync(version, revision, cancel);
        cancel.ThrowIfCancellationRequested();
        return new Preparation(request, version, revision, reader.Location(version, revision), streams);
    }

    private ManifestSet Filled(ManifestSet split) => split.Resources.IsEmpty
        ? throw new UserException(ErrorKind.Input, $"{_location} holds no resource", "check that the renderer printed something")
        : split;
}
