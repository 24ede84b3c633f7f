using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Onboarding;

/// <summary><c>init</c> where something is odd: it says what, writes nothing that is not whole, and takes nothing away.</summary>
public sealed class InitInputTests
{
    private const string Operator = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";

    [Fact]
    public async Task An_empty_repository_holds_no_Istio()
    {
        using var repository = new FoundRepository();
        await repository.TrackAsync();
        var outcome = await RefusedAsync(repository, 2);
        Assert.Contains("there is nothing of Istio in ROOT", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("no file that Git tracks", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_application_has_of_Istio_is_no_installation()
    {
        using var repository = new FoundRepository();
        repository.Write("shop.yaml", "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: istiod-shop, labels: { istio.io/rev: 1-30-3 } }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: istiod, labels: { istio.io/rev: 1-30-3 } }\n");
        await repository.TrackAsync();
        Assert.Contains("there is nothing of Istio", (await RefusedAsync(repository, 2)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_read_is_not_taken_for_nothing()
    {
        using var repository = new FoundRepository();
        repository.Write("istio.yaml", "kind: IstioOperator\n\tspec: {\n");
        await repository.TrackAsync();
        var outcome = await RefusedAsync(repository, 2);
        Assert.Contains("not every file could be read", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("istio.yaml: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_missing_option_is_named_where_nobody_can_be_asked()
    {
        using var repository = await OperatorAsync();
        var outcome = await RefusedAsync(repository, 2);
        foreach (var option in (string[])["--istio", "--engine", "--cluster"]) Assert.Contains($"error: {option} is missing: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--renderer", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("help: run meshlift init --istio 1.30.3 --engine plain --cluster testing=clusters/testing", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster", "testing", "NAME=PATH")]
    [InlineData("--cluster", "Testing=clusters/testing", "'Testing' is not a name")]
    [InlineData("--cluster", "testing=../elsewhere", "could leave the repository")]
    [InlineData("--istio", "v1.30.3", "without a 'v': 1.30.3")]
    [InlineData("--istio", "1.30", "is not an Istio version")]
    [InlineData("--engine", "fluxcd", "--engine cannot be 'fluxcd'")]
    [InlineData("--operator", "other.yaml", "other.yaml is no IstioOperator file")]
    [InlineData("--revision", "{minro}", "did you mean {minor}?")]
    public async Task A_wrong_answer_is_told(string option, string value, string message)
    {
        using var repository = await OperatorAsync();
        Assert.Contains(message, (await RefusedAsync(repository, 2, option, value)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_is_there_is_replaced_only_by_force()
    {
        using var repository = await PlainAsync();
        repository.Write("meshlift.yaml", "mine\n");
        Assert.Contains("meshlift.yaml is there already", (await RefusedAsync(repository, 4, "--engine", "plain")).Error, StringComparison.Ordinal);
        await repository.InitAsync("--engine", "plain", "--force");
        Assert.Equal("1.30.*", MeshFile.Read(Encoding.UTF8.GetBytes(repository.Read("meshlift.yaml")), "meshlift.yaml").Spec.Istio.Versions.Text);
    }

    [Fact]
    public async Task A_file_of_ones_own_where_init_would_write_another_stays()
    {
        using var repository = await PlainAsync();
        repository.Write("vendor/istio/1.30.3/all.yaml", "# mine\n");
        Assert.Contains("init would write vendor/istio/1.30.3/all.yaml, and other content stands there", (await RefusedAsync(repository, 4, "--engine", "plain")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_all_of_it_and_writes_nothing()
    {
        using var repository = await PlainAsync();
        var before = repository.Snapshot();
        var said = await repository.InitAsync("--engine", "plain", "--dry-run");
        Assert.Equal(before, repository.Snapshot());
        Assert.Contains("    kind: Mesh\n", said, StringComparison.Ordinal);
        Assert.Contains("77 same, 1 changed", said, StringComparison.Ordinal);
        Assert.Contains("nothing was written (--dry-run)", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_told_and_unrelated_ones_do_not_matter()
    {
        using var repository = await PlainAsync();
        repository.Write("apps/broken.yaml", "{{ if .Values.shop }}\n\t: :\n");
        repository.Write("apps/picture.json", "\u0000\u0001\u0002");
        repository.Write("apps/helm.yaml", "istio: [\n");
        repository.Write("apps/huge.yaml", "# istio\n" + new string('#', 17 << 20));
        File.CreateSymbolicLink(repository["apps/link.yaml"], "../clusters");
        await repository.TrackAsync();
        var findings = (await repository.InitJsonAsync("--engine", "plain")).GetProperty("findings").EnumerateArray().Select(finding => $"{finding.GetProperty("code")} {finding.GetProperty("subject")}").Order(StringComparer.Ordinal);
        Assert.Equal(["ML1050 apps/helm.yaml", "ML1050 apps/huge.yaml", "ML1050 apps/link.yaml"], findings);
    }

    [Fact]
    public async Task A_folder_without_Git_is_looked_at_as_a_whole_and_links_are_not_followed()
    {
        using var repository = new FoundRepository();
        repository.Write("clusters/testing/istio/all.yaml", SampleRelease.Render("1.30.3", "1-30-3"));
        Directory.CreateSymbolicLink(repository["clusters/circle"], repository.Root);
        Assert.Contains("1.30.3 as 1-30-3 in testing\n", await repository.InitAsync("--engine", "plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Git_does_not_track_is_not_looked_at()
    {
        using var repository = await PlainAsync();
        repository.Write("clusters/eu/istio/all.yaml", SampleRelease.Render("1.29.6", "1-29-6"));
        Assert.Contains("Istio      1.30.3 as 1-30-3 in testing\n", await repository.InitAsync("--engine", "plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_subfolder_only_that_is_looked_at_and_paths_start_there()
    {
        using var repository = new FoundRepository();
        repository.Write("platform/clusters/testing/istio-system/all.yaml", SampleRelease.Render("1.30.3", "1-30-3"));
        repository.Write("other/istio.yaml", Operator);
        await repository.TrackAsync();
        var outcome = await repository.RunAsync("init", "--engine", "plain", "--config", repository["platform/meshlift.yaml"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("{ name: testing, path: clusters/testing }", repository.Read("platform/meshlift.yaml"), StringComparison.Ordinal);
        Assert.Contains("renderer: manifests", repository.Read("platform/meshlift.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_rendered_is_said_and_the_configuration_is_there_all_the_same()
    {
        using var repository = await OperatorAsync();
        var init = await repository.InitJsonAsync("--istio", "1.30.3", "--engine", "plain", "--cluster", "testing=clusters/testing", "--program", "nowhere/istioctl");
        Assert.False(init.GetProperty("compared").GetBoolean());
        Assert.Contains(init.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("code").GetString() == "ML1055");
        Assert.Contains("operator: istio.operator.yaml", repository.Read("meshlift.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_comparison_nothing_is_rendered_and_nothing_is_said_to_differ()
    {
        using var repository = await OperatorAsync();
        var init = await repository.InitJsonAsync("--istio", "1.30.3", "--engine", "plain", "--cluster", "testing=clusters/testing", "--program", "nowhere/istioctl", "--no-compare");
        Assert.False(init.GetProperty("compared").GetBoolean());
        Assert.Empty(init.GetProperty("findings").EnumerateArray());
    }

    private static async Task<FoundRepository> OperatorAsync()
    {
        var repository = new FoundRepository();
        repository.Write("istio.operator.yaml", Operator);
        await repository.TrackAsync();
        return repository;
    }

    private static async Task<FoundRepository> PlainAsync()
    {
        var repository = new FoundRepository();
        repository.Write("clusters/testing/istio/all.yaml", SampleRelease.Render("1.30.3", "1-30-3"));
        await repository.TrackAsync();
        return repository;
    }

    /// <summary>Runs <c>init</c>, which must fail with this code and change nothing.</summary>
    private static async Task<Outcome> RefusedAsync(FoundRepository repository, int code, params string[] arguments)
    {
        var before = repository.Snapshot();
        var outcome = await repository.RunAsync(["init", .. arguments]);
        Workspace.AssertError(outcome, code);
        Assert.Equal(before, repository.Snapshot());
        return outcome;
    }
}
