using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class HooksRuleTests
{
    private const string Code = "ML3012";

    [Theory]
    [InlineData("helm.sh/hook: pre-install,post-upgrade", true)]
    [InlineData("helm.sh/hook: \"pre-install, post-upgrade\"", true)]
    [InlineData("helm.sh/hook: test", true)]
    [InlineData("helm.sh/hook: crd-install", false)]
    [InlineData("helm.sh/hook: pre-sync", false)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-weight: \"-5\"", true)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-weight: first", false)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-weight: \"1.5\"", false)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: \"before-hook-creation,hook-succeeded\"", true)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-failed", true)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded", false)]
    [InlineData("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: before-hook", false)]
    [InlineData("argocd.argoproj.io/hook: PreSync", true)]
    [InlineData("argocd.argoproj.io/hook: presync", false)]
    [InlineData("argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: HookSucceeded", true)]
    [InlineData("argocd.argoproj.io/hook: PostDelete, argocd.argoproj.io/hook-delete-policy: hook-succeeded", false)]
    [InlineData("argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: two", false)]
    [InlineData("team: shop", true)]
    public void Hooks_weights_and_policies_are_those_that_the_engines_know(string annotations, bool passes)
    {
        var files = CheckedFiles.Of(Job(annotations, labels: "sidecar.istio.io/inject: \"false\""));
        Assert.Equal((passes, !passes), (files.Passes(Code), files.Fails(Code)));
    }

    [Fact]
    public void A_job_that_goes_by_itself_is_in_nobodys_way()
    {
        const string policy = "helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded";
        Assert.True(CheckedFiles.Of(Job(policy, labels: "sidecar.istio.io/inject: \"false\"", more: "ttlSecondsAfterFinished: 60, ")).Passes(Code));
        Assert.True(CheckedFiles.Of($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: x, namespace: shop, annotations: {{ {policy} }} }}\n").Passes(Code));
    }

    [Theory]
    [InlineData("istio-injection: enabled", "", "", "1.26.2", false)]
    [InlineData("istio.io/rev: 1-26-2", "", "", "1.26.2", false)]
    [InlineData("istio-injection: enabled", "", "", "1.27.0", null)]
    [InlineData("istio-injection: enabled", "", "", "", null)]
    [InlineData("istio-injection: disabled", "", "", "1.26.2", true)]
    [InlineData("team: shop", "", "", "1.26.2", true)]
    [InlineData("", "", "", "1.26.2", null)]
    [InlineData("", "sidecar.istio.io/inject: \"true\"", "", "1.26.2", false)]
    [InlineData("istio-injection: enabled", "sidecar.istio.io/inject: \"false\"", "", "1.26.2", true)]
    [InlineData("istio-injection: enabled", "", "sidecar.istio.io/nativeSidecar: \"true\"", "1.26.2", true)]
    [InlineData("istio-injection: enabled", "", "sidecar.istio.io/nativeSidecar: \"false\"", "1.30.3", false)]
    [InlineData("istio-injection: enabled", "", "sidecar.istio.io/inject: \"false\"", "1.26.2", true)]
    public void A_job_with_a_sidecar_that_does_not_end_never_ends(string space, string labels, string annotations, string version, bool? passes)
    {
        var control = version.Length == 0 ? Service("x") : $"apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {{ name: istio-sidecar-injector-x, labels: {{ istio.io/rev: {version.Replace('.', '-')}, app.kubernetes.io/version: {version} }} }}\nwebhooks: []\n";
        var files = CheckedFiles.Of(Join(control, space.Length == 0 ? Service("y") : Namespace("shop", space), Job("helm.sh/hook: pre-install", labels, annotations)));
        Assert.Equal((passes == true, passes == false, passes is null), (files.Passes(Code), files.Fails(Code), files.IsUnknown(Code)));
    }

    [Fact]
    public void A_job_that_tells_its_sidecar_to_quit_ends() =>
        Assert.True(CheckedFiles.Of(Join(Namespace("shop", "istio-injection: enabled"), Job("helm.sh/hook: pre-install", annotations: "sidecar.istio.io/nativeSidecar: \"false\"", command: "curl -XPOST localhost:15020/quitquitquit"))).Passes(Code));

    private static string Job(string hook, string labels = "", string annotations = "", string more = "", string command = "run") => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata: { name: migrate, namespace: shop, annotations: { {{hook}} } }
        spec: { {{more}}template: { metadata: { labels: { {{labels}} }, annotations: { {{annotations}} } }, spec: { containers: [{ name: migrate, image: "registry.example.com/m:1", command: [sh, -c, "{{command}}"], resources: { limits: { memory: 64Mi } } }] } } }

        """;
}
