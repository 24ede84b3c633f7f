using System.Collections.Immutable;
using Meshlift.Adapters.Functions;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Locking;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;
using Meshlift.Engine.Renderers;

namespace Meshlift.Engine.Rendering;

/// <summary>The steps that are the same for every cluster, <c>resolve</c> to <c>mutate</c>, each with its result.</summary>
/// <remarks>A step is made when its result is first asked for, so that what one step gives can be looked at even where the next one fails.</remarks>
public sealed class Preparation
{
    private readonly RenderRequest _request;
    private readonly string _renderer;
    private readonly RenderedStreams _rendered;
    private ManifestSet? _split;
    private ImmutableArray<ClassifiedResource>? _classified;
    private Cleaned? _cleaned;
    private Mutated? _mutated;

    private Preparation(RenderRequest request, IstioVersion version, RevisionName revision, string renderer, RenderedStreams rendered) =>
        (_request, Version, Revision, _renderer, _rendered) = (request, version, revision, renderer, rendered);

    /// <summary>The version.</summary>
    public IstioVersion Version { get; }

    /// <summary>The revision.</summary>
    public RevisionName Revision { get; }

    /// <summary>After <c>render</c>.</summary>
    public ImmutableArray<ManifestBytes> Streams => _rendered.Streams;

    /// <summary>The renderer's input as it was used.</summary>
    public ImmutableArray<RevisionInput> Inputs => _rendered.Inputs;

    /// <summary>The digests of the archives that were used, by file name.</summary>
    public ImmutableDictionary<string, string> Artifacts => _rendered.Artifacts;

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
    public RenderedFrom From => new(_renderer, _rendered.Source, RenderedBytes.Digest(Split.Resources));

    /// <summary>What a person should know of the steps up to <c>clean</c>, and of <c>mutate</c> once it was made.</summary>
    public ImmutableArray<Finding> Findings => _rendered.Findings.AddRange(Cleaned.Findings).AddRange(_mutated?.Findings ?? []);

    /// <summary>The step <c>resolve</c>.</summary>
    /// <param name="istio">The configuration.</param>
    /// <param name="renderer">Its renderer.</param>
    /// <param name="version">What is asked for; null for the range of the configuration.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no such version, it must not be installed, or the versions cannot be listed.</exception>
    public static async Task<IstioVersion> ResolveAsync(IstioSpec istio, IRenderer renderer, VersionRange? version, CancellationToken cancel)
    {
        var range = version ?? istio.Versions;
        var published = renderer.ListsLocally || !IstioVersion.TryParse(range.Text, out _) ? await renderer.PublishedAsync(cancel) : null;
        return Resolution.Resolve(range, version is null, published, istio.Never, renderer.Place);
    }

    /// <summary>Makes the first two steps, <c>resolve</c> and <c>render</c>.</summary>
    /// <param name="request">What to render.</param>
    /// <param name="renderer">The renderer of its configuration.</param>
    /// <param name="locked">What archives of earlier renderings were.</param>
    /// <param name="progress">Told how a fetch goes; null: nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no such version, or it cannot be rendered.</exception>
    public static async Task<Preparation> ReadAsync(RenderRequest request, IRenderer renderer, LockFile locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var istio = request.Mesh.Spec.Istio;
        var version = await ResolveAsync(istio, renderer, request.Version, cancel);
        var revision = istio.Revision.For(version);
        var rendered = await renderer.RenderAsync(version, revision, locked.ArtifactsOf(version), progress, cancel);
        cancel.ThrowIfCancellationRequested();
        return new Preparation(request, version, revision, renderer.Name, rendered);
    }

    private ManifestSet Filled(ManifestSet split) => split.Resources.IsEmpty
        ? throw new UserException(ErrorKind.Input, $"{_rendered.Source} holds no resource", "check that the renderer printed something")
        : split;
}
