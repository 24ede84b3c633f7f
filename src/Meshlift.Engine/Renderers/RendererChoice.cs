using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Helm;
using Meshlift.Adapters.Istioctl;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>Makes the renderer that a configuration names, and holds the connections that it needs.</summary>
/// <param name="manifests">For the renderer <c>manifests</c>.</param>
/// <param name="git">For the tags of a repository.</param>
/// <param name="time">The clock of pauses and limits.</param>
public sealed class RendererChoice(HttpClient manifests, GitProgram git, TimeProvider time) : IDisposable
{
    private HttpClient? _releases;
    private HttpClient? _charts;

    /// <summary>The renderer of a configuration.</summary>
    /// <param name="istio">The configuration.</param>
    /// <param name="root">The folder that its paths start from.</param>
    /// <param name="programs">The folder that paths of programs start from: a checkout, where a worktree lacks what Git ignores.</param>
    /// <exception cref="Core.UserException">The user's logins for registries cannot be read.</exception>
    public IRenderer For(IstioSpec istio, string root, string programs) => istio.Renderer switch
    {
        Renderer.Istioctl => new IstioctlRenderer(istio, root, new IstioctlFinder(istio.Istioctl, programs, Fetcher(istio, root), time), Published(istio, root)),
        Renderer.Helm => new HelmRenderer(istio, root, version => Helm(istio.Charts!, programs, version), Finder(istio, root), Published(istio, root)),
        _ => new ManifestsRenderer(istio, root, manifests),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _releases?.Dispose();
        _charts?.Dispose();
    }

    private HelmProgram Helm(ChartsSpec charts, string programs, IstioVersion version)
    {
        if (charts.Helm is null) return new HelmProgram("helm", time);
        var path = charts.Helm.Replace("${version}", version.ToString(), StringComparison.Ordinal);
        return File.Exists(Path.GetFullPath(path, programs))
            ? new HelmProgram(Path.GetFullPath(path, programs), time)
            : throw new UserException(ErrorKind.Input, $"there is no helm at {path}", "correct spec.istio.charts.helm, or remove it to use the helm on PATH");
    }

    private HttpClient Releases => _releases ??= ReleaseWeb.Client();

    private PublishedReleases Published(IstioSpec istio, string root) => new(istio, root, new ReleaseIndex(git, Releases, time));

    private ReleaseFetcher Fetcher(IstioSpec istio, string root) => new(
        new ReleaseSource(istio.Releases) { SigningKey = istio.SigningKey is { } key && !key.Contains("://", StringComparison.Ordinal) ? Path.GetFullPath(key, root) : istio.SigningKey },
        CacheFolder.Path, Releases, time);

    private ChartFinder Finder(IstioSpec istio, string root)
    {
        // Charts in a folder need no login, and a damaged file of logins is then nobody's business.
        var logins = istio.Charts!.Source is ChartSource.Repository or ChartSource.Registry ? LoginFile.Read(Variables()) : RegistryLogins.None;
        return new ChartFinder(istio.Charts, root, CacheFolder.Path, _charts ??= ChartWeb.Client(logins), Fetcher(istio, root), time);
    }

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables[(string)variable.Key] = (string)variable.Value!;
        return variables;
    }
}
