using System.Text;
using System.Text.Json;
using Meshlift.Adapters.Git;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Fleets;
using Meshlift.Simulator.GitOps;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Migrating;

/// <summary>A workload of a forecast.</summary>
/// <param name="Name">Namespace and name.</param>
/// <param name="Before">What its pods run.</param>
/// <param name="After">What they will run.</param>
/// <param name="When">When.</param>
internal sealed record ForecastWorkload(string Name, string Before, string After, string When);

/// <summary>A platform repository and one of a team, cloned beside each other, each with a bare repository as its remote.</summary>
internal sealed class ClonedMesh : IDisposable
{
    private readonly TempFolder _folder = new();

    public Workspace Platform => Workspace.At(_folder["platform"]);

    public Workspace Shop => Workspace.At(_folder["shop"]);

    public static async Task<ClonedMesh> CreateAsync(string platform, string shop)
    {
        var mesh = new ClonedMesh();
        var above = Workspace.At(mesh._folder.Path);
        foreach (var (from, to) in new[] { (platform, "platform"), (shop, "shop") })
        {
            await above.GitAsync("clone", "-q", "--bare", from, $"{to}.git");
            await above.GitAsync("clone", "-q", $"{to}.git", to);
        }
        return mesh;
    }

    /// <summary>Commits the next wave, merges all its branches and pushes them.</summary>
    /// <returns>What the pull requests say of the workloads that change or stay.</returns>
    public async Task<List<ForecastWorkload>> MigrateAndMergeAsync()
    {
        var outcome = await Platform.RunAsync("migrate", "--commit", "--output", "json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var rows = new List<ForecastWorkload>();
        foreach (var change in JsonDocument.Parse(outcome.Output).RootElement.GetProperty("changes").EnumerateArray())
        {
            var checkout = change.GetProperty("repository").GetString() == "shop" ? Shop : Platform;
            await checkout.GitAsync("merge", "-q", "--no-ff", "-m", "Merge", change.GetProperty("branch").GetString()!);
            var body = change.GetProperty("body").GetString()!;
            foreach (var workload in change.GetProperty("forecasts")[0].GetProperty("workloads").EnumerateArray())
            {
                string Text(string name) => workload.GetProperty(name).GetString()!;
                // Pods of a CronJob are there for moments only.
                if (Text("kind") == "CronJob") continue;
                rows.Add(new ForecastWorkload($"{Text("namespace")}/{Text("name")}", Text("before"), Text("after"), Text("when")));
                Assert.True(Text("when") == "never" || body.Contains($"`{Text("namespace")}/{Text("kind").ToLowerInvariant()}/{Text("name")}` | {Text("before")} | {Text("after")} |", StringComparison.Ordinal));
            }
        }
        return rows;
    }

    /// <summary>A simulated cluster with both control planes, to which an agent delivers the applications of both repositories.</summary>
    public Task<SimulatedFleet> SimulateAsync()
    {
        var fleet = FleetFile.Read(Encoding.UTF8.GetBytes("""
            apiVersion: meshlift.dev/v1alpha1
            kind: Fleet
            spec:
              clusters:
                - name: testing
                  istio: [{ version: 1.29.6, revision: 1-29-6 }, { version: 1.30.3, revision: 1-30-3 }]
                  git: { repository: both, paths: [apps, deploy] }
            """), "fleet.yaml");
        return SimulatedFleet.StartAsync(fleet, new FleetSources(_ => [], _ => ReadAsync), new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), tell: null, default);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<GitFiles?> ReadAsync(string? known, CancellationToken cancel)
    {
        var git = new GitProgram(TimeProvider.System);
        var (platform, shop) = (await GitBranch.ReadAsync(git, Platform.Root, "main", null, cancel), await GitBranch.ReadAsync(git, Shop.Root, "main", null, cancel));
        var commit = $"{platform!.Commit}{shop!.Commit}";
        return commit == known ? null : new GitFiles(commit, platform.Files.Concat(shop.Files.Where(file => file.Key.StartsWith("deploy/", StringComparison.Ordinal))).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal));
    }
}
