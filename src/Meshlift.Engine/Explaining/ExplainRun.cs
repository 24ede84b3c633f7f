using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Injection;

namespace Meshlift.Engine.Explaining;

/// <summary>What is asked about manifests.</summary>
/// <param name="Manifests">Files and folders of workloads.</param>
/// <param name="Webhooks">Files and folders with the control planes' manifests.</param>
/// <param name="Before">The commit to compare with; null to compare with nothing.</param>
/// <param name="Namespace">Only this namespace; null for all.</param>
/// <param name="Labels">Labels that all namespaces are to be given, as a proposal.</param>
public sealed record ExplainRequest(
    ImmutableArray<string> Manifests, ImmutableArray<string> Webhooks, string? Before, string? Namespace, ImmutableArray<KeyValuePair<string, string?>> Labels);

/// <summary>The answers.</summary>
/// <param name="Rows">Each workload, by namespace and identity.</param>
/// <param name="IsForecast">True when there is a before and an after.</param>
/// <param name="Unread">What could not be read, so that nothing is known of it.</param>
public sealed record ExplainResult(ImmutableArray<ForecastRow> Rows, bool IsForecast, ImmutableArray<UserException> Unread);

/// <summary>Answers who injects what, from manifests alone.</summary>
/// <param name="git">Reads commits.</param>
public sealed class ExplainRun(GitProgram git)
{
    /// <summary>Answers.</summary>
    /// <exception cref="UserException">A path cannot be read, a webhook is none, or there is no webhook at all.</exception>
    public async Task<ExplainResult> RunAsync(ExplainRequest request, CancellationToken cancel)
    {
        var mesh = ManifestFolder.Read(request.Webhooks, cancel);
        var manifests = ManifestFolder.Read(request.Manifests, cancel);
        var now = InjectionScene.Of(mesh.Resources, manifests.Resources);
        if (now.Mesh.Webhooks.IsEmpty)
            throw new UserException(ErrorKind.Input, $"no injection webhook stands in {string.Join(", ", request.Webhooks)}", "name the folder of a cluster with --webhooks, for example clusters/testing/istio-system");
        var unread = mesh.Unread.AddRange(manifests.Unread);
        if (request.Before is null && request.Labels.IsEmpty) return new ExplainResult(In(request, InjectionForecast.Of(now)), IsForecast: false, unread);
        var before = now;
        if (request.Before is { } revision)
        {
            var oldMesh = await ManifestFolder.ReadAsync(git, revision, request.Webhooks, cancel);
            var oldManifests = await ManifestFolder.ReadAsync(git, revision, request.Manifests, cancel);
            before = InjectionScene.Of(oldMesh.Resources, oldManifests.Resources);
            unread = unread.AddRange(oldMesh.Unread).AddRange(oldManifests.Unread);
        }
        return new ExplainResult(In(request, InjectionForecast.Of(before, now.With(request.Labels))), IsForecast: true, unread);
    }

    private static ImmutableArray<ForecastRow> In(ExplainRequest request, ImmutableArray<ForecastRow> rows) => request.Namespace is null ? rows : [.. rows.Where(row => row.Subject.Pod.Namespace == request.Namespace)];
}
