using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.Onboarding;

/// <summary><c>init</c> on each kind of repository, then <c>render</c> of the version that it has: nothing changes but what was announced.</summary>
public sealed class AdoptionTests
{
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");

    [Fact]
    public async Task A_folder_for_each_kind_beside_an_operator_file()
    {
        using var repository = new FoundRepository();
        var (arguments, standing) = await FoundKinds.FolderForEachKindAsync(repository);
        var before = repository.Snapshot();
        var init = await repository.InitJsonAsync(arguments);
        Assert.Equal(["istio/patches/as-it-stands.patch", "meshlift.yaml"], repository.Snapshot().Keys.Except(before.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(before, file => Assert.Equal(file.Value, repository.Snapshot()[file.Key]));
        const string folder = FoundKinds.KindsFolder;
        Assert.Equal([$"{folder}/1-30-3/generated", $"{folder}/1-30-3/level.patch", $"{folder}/common"], init.GetProperty("replaced").EnumerateArray().Select(path => path.GetString()));
        Assert.Contains("+++ b/generated/deployment/istio-system/istiod-${revision}.yaml\n", repository.Read("istio/patches/as-it-stands.patch"), StringComparison.Ordinal);
        Assert.DoesNotContain("Deployment istiod-1-30-3", Different(init));
        Assert.Contains("ML1057", Codes(init));
        Assert.Contains("{ kind: HorizontalPodAutoscaler, name: istio-egressgateway }", repository.Read("meshlift.yaml"), StringComparison.Ordinal);
        Assert.Contains("  tags: [canary, prod]\n", repository.Read("meshlift.yaml"), StringComparison.Ordinal);

        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "testing", folder, standing);
        Assert.Equal(FoundKinds.Operator, repository.Read($"{folder}/1-30-3/istio.operator.yaml"));
        Assert.Contains("ingress.yaml", repository.Read($"{folder}/1-30-3/kustomization.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helmfile_with_charts_of_resources_and_of_crds()
    {
        using var repository = new FoundRepository();
        var (arguments, standing) = await FoundKinds.HelmfileAsync(repository);
        var init = await repository.InitJsonAsync(arguments);
        Assert.Contains("engine: helmfile", repository.Read("meshlift.yaml"), StringComparison.Ordinal);
        Assert.Contains("revision: istio{major}{minor}", repository.Read("meshlift.yaml"), StringComparison.Ordinal);
        Assert.Equal(["vendor/istio/1.30.3/all.yaml"], init.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        Assert.Equal(["charts/istio-crd/templates", "charts/istio/templates"], init.GetProperty("replaced").EnumerateArray().Select(path => path.GetString()));
        await repository.FollowAsync(init);
        foreach (var cluster in (string[])["testing", "production"]) repository.AssertAnnounced(init, cluster, $"clusters/{cluster}/istio-system", standing);
    }

    [HelmFact]
    public async Task Flux_releases_of_the_official_charts()
    {
        using var repository = new FoundRepository();
        var (arguments, _) = await FoundKinds.FluxReleasesAsync(repository);
        var init = await repository.InitJsonAsync(arguments);

        var text = repository.Read("meshlift.yaml");
        Assert.Contains("        - { name: front, namespace: istio-system, values: istio/values/front.yaml }\n", text, StringComparison.Ordinal);
        Assert.Contains("    revision: canary\n", text, StringComparison.Ordinal);
        Assert.Contains("strategy: inPlace", text, StringComparison.Ordinal);
        Assert.Contains("replicas: 2\n", repository.Read("istio/values/istiod.yaml"), StringComparison.Ordinal);
        Assert.Contains("note: ${version}\n", repository.Read("istio/values/istiod.yaml"), StringComparison.Ordinal);
        Assert.Contains("ML1058", Codes(init));
        await repository.FollowAsync(init);

        // What Flux had Helm render stood in no file, so the same charts, values and names say what it was.
        var (code, output, error) = await RealHelm.RunAsync(RealHelm.Four!, "template", "istiod", repository.Beside["charts/istiod"], "--namespace", "istio-system", "--set", "revision=canary,replicas=2,note=1.30.3", "--kube-version", "v1.32.0");
        Assert.True(code == 0, error);
        var applied = repository.Applied("clusters/shop/istio-system").ToDictionary(resource => resource.Identity);
        Assert.All(ManifestStream.Split(output, "helm"), resource => Assert.Equal(FoundRepository.Text(resource), FoundRepository.Text(applied[resource.Identity])));
        repository.AssertAnnounced(init, "shop", "clusters/shop/istio-system", []);
    }

    [Fact]
    public async Task Plain_folders_of_rendered_manifests_in_two_clusters_of_two_versions()
    {
        using var repository = new FoundRepository();
        var (arguments, _) = await FoundKinds.PlainFoldersAsync(repository);
        var init = await repository.InitJsonAsync(arguments);
        Assert.Equal(["1.29.6 --cluster eu", "1.30.3 --cluster testing"], init.GetProperty("renders").EnumerateArray().Select(render => render.GetString()));
        Assert.Equal("clusters/eu/istio/all.yaml 78 1", Assert.Single(init.GetProperty("mixed").EnumerateArray().Select(file => $"{file.GetProperty("path").GetString()} {file.GetProperty("rendered")} {file.GetProperty("others")}")));
        // In the other file stands something that is not rendered, so it is for its owner to take apart.
        Assert.Equal(["clusters/testing/istio"], init.GetProperty("replaced").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(["ML1054"], Codes(init));
        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "testing", "clusters/testing/istio", FoundRepository.Sample("1.30.3", "1-30-3"));
        repository.AssertAnnounced(init, "eu", "clusters/eu/istio", FoundRepository.Sample("1.29.6", "1-29-6"));
    }

    [Fact]
    public async Task Two_revisions_side_by_side_in_one_cluster()
    {
        using var repository = new FoundRepository();
        repository.Write("clusters/testing/istio-system/common/all.yaml", string.Concat(FoundRepository.Sample("1.30.3", "1-30-3").Where(resource => !Classifier.CarriesRevision(resource.Identity.Name, Revision)).Select(resource => $"---\n{FoundRepository.Text(resource)}")));
        foreach (var (version, name) in (ReadOnlySpan<(string, string)>)[("1.29.6", "1-29-6"), ("1.30.3", "1-30-3")])
            repository.WriteEach(FoundRepository.Sample(version, name).Where(resource => Classifier.CarriesRevision(resource.Identity.Name, RevisionName.Parse(name))), _ => $"clusters/testing/istio-system/{name}");
        await repository.TrackAsync();
        var standing = Directory.EnumerateFiles(repository["clusters"], "*.yaml", SearchOption.AllDirectories).SelectMany(file => ManifestStream.Split(File.ReadAllBytes(file), file)).ToList();

        var init = await repository.InitJsonAsync("--engine", "plain");
        Assert.Equal(["1.29.6", "1.30.3"], init.GetProperty("renders").EnumerateArray().Select(render => render.GetString()));
        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "testing", "clusters/testing/istio-system", standing);
    }

    [Fact]
    public async Task An_operator_file_alone()
    {
        using var repository = new FoundRepository();
        var (arguments, _) = await FoundKinds.OperatorAloneAsync(repository);
        var init = await repository.InitJsonAsync(arguments);
        Assert.All(init.GetProperty("resources").EnumerateArray(), resource => Assert.Equal("added", resource.GetProperty("difference").GetString()));
        Assert.Equal(["ML1053"], Codes(init));
        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "testing", "clusters/testing/istio-system", []);
    }

    [Fact]
    public async Task A_place_that_has_a_folder_for_each_version_is_named_and_not_copied()
    {
        using var repository = new FoundRepository();
        foreach (var version in SampleRelease.Versions) repository.Write($"vendor/istio/{version}/all.yaml", SampleRelease.Render(version, version.Replace('.', '-')));
        await repository.TrackAsync();
        var init = await repository.InitJsonAsync("--engine", "plain", "--cluster", "testing=clusters/testing");
        Assert.Contains("manifests: vendor/istio/${version}\n", repository.Read("meshlift.yaml"), StringComparison.Ordinal);
        Assert.Empty(init.GetProperty("files").EnumerateArray());
        Assert.Empty(init.GetProperty("replaced").EnumerateArray());
        await repository.FollowAsync(init);
        repository.AssertAnnounced(init, "testing", "clusters/testing/istio-system", []);
    }

    [Fact]
    public async Task Clusters_that_were_changed_by_hand_in_different_ways_get_a_patch_each()
    {
        using var repository = new FoundRepository();
        foreach (var (cluster, level) in (ReadOnlySpan<(string, string)>)[("eu", "warn"), ("us", "error")])
            repository.Write($"clusters/{cluster}/istio-system/all.yaml", SampleRelease.Render("1.30.3", "1-30-3").Replace("--log_output_level=default:info", $"--log_output_level=default:{level}", StringComparison.Ordinal));
        await repository.TrackAsync();
        var standing = ((string[])["eu", "us"]).ToDictionary(cluster => cluster, cluster => ManifestStream.Split(File.ReadAllBytes(repository[$"clusters/{cluster}/istio-system/all.yaml"]), cluster), StringComparer.Ordinal);
        var init = await repository.InitJsonAsync("--engine", "plain");
        Assert.Contains("clusters/us/istio-system/1-30-3/zz-as-it-stands.patch", init.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        await repository.FollowAsync(init);
        foreach (var (cluster, before) in standing) repository.AssertAnnounced(init, cluster, $"clusters/{cluster}/istio-system", before);
        Assert.Contains("default:error", repository.Read("clusters/us/istio-system/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"), StringComparison.Ordinal);
    }

    private static string[] Codes(System.Text.Json.JsonElement init) => [.. init.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!)];

    private static IEnumerable<string> Different(System.Text.Json.JsonElement init) => init.GetProperty("resources").EnumerateArray().Where(one => one.GetProperty("difference").GetString() != "same")
        .Select(one => $"{one.GetProperty("resource").GetProperty("kind").GetString()} {one.GetProperty("resource").GetProperty("name").GetString()}").Order(StringComparer.Ordinal);
}
