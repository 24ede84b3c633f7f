using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class ReleaseRulesTests
{
    private static readonly string Longest = new('a', 53);

    [Fact]
    public void A_given_name_must_be_one_that_helm_takes()
    {
        foreach (var (name, passes) in new[] { (Longest, true), (Longest + "a", false), ("cart.web", true), ("Cart", false), ("cart_web", false), ("-cart", false), ("cart-", false), ("{{ .Name }}", true) })
        {
            Assert.Equal(passes, CheckedFiles.Of(Release("x", $"releaseName: '{name}'")).Passes("ML3014"));
            Assert.Equal(passes, CheckedFiles.Of(("helmfile.yaml", $"releases:\n  - name: '{name}'\n    chart: a/b\n")).Passes("ML3014"));
            Assert.Equal(passes, CheckedFiles.Of(Application("x", $"source: {{ chart: c, helm: {{ releaseName: '{name}' }} }}")).Passes("ML3014"));
        }
    }

    [Fact]
    public void A_name_that_flux_makes_up_is_shortened_and_one_of_an_application_is_not()
    {
        Assert.True(CheckedFiles.Of(Release(Longest, "targetNamespace: shop")).Passes("ML3014"));
        Assert.True(CheckedFiles.Of(Application(Longest + "a", "source: { chart: c }")).Fails("ML3014"));
        // Without a chart no release is made.
        Assert.True(CheckedFiles.Of(Application(Longest + "a", "source: { path: apps }")).Passes("ML3014"));
    }

    [Fact]
    public void Two_releases_of_one_name_in_one_namespace_are_told_where_they_are_applied_together()
    {
        Assert.Equal(["ML3015 a.yaml:9"], CheckedFiles.Of(Join(Release("a", "releaseName: cart"), Release("b", "releaseName: cart"))).Findings);
        Assert.True(CheckedFiles.Of(Join(Release("a", "releaseName: cart"), Release("b", "releaseName: cart, storageNamespace: other"))).Passes("ML3015"));
        Assert.True(CheckedFiles.Of(Join(Release("a", "releaseName: cart"), Release("b", "releaseName: cart, kubeConfig: { secretRef: { name: eu } }"))).Passes("ML3015"));
        Assert.True(CheckedFiles.Of(Join(Release("cart", ""), Release("b", "releaseName: cart"))).Fails("ML3015"));
        Assert.True(CheckedFiles.Of(Join(Release("a", "targetNamespace: shop"), Release("b", "releaseName: shop-a"))).Fails("ML3015"));
        Assert.True(CheckedFiles.Of(("dev/a.yaml", Release("a", "releaseName: cart")), ("prod/b.yaml", Release("b", "releaseName: cart"))).Passes("ML3015"));
        Assert.Equal(["ML1102 b.yaml:1"], CheckedFiles.Of(("a.yaml", Release("a", "")), ("b.yaml", Release("a", ""))).Findings);
    }

    [Fact]
    public void Entries_of_a_helmfile_that_take_turns_are_no_second_ones()
    {
        Assert.Equal(["ML3015 helmfile.yaml:5"], CheckedFiles.Of(("helmfile.yaml", "releases:\n  - name: cart\n    namespace: shop\n    chart: a/b\n  - name: cart\n    namespace: shop\n    chart: a/c\n")).Findings);
        foreach (var turn in (string[])["condition: blue.enabled", "installed: false", "kubeContext: eu", "namespace: other"])
            Assert.True(CheckedFiles.Of(("helmfile.yaml", $"releases:\n  - {{ name: cart, chart: a/b }}\n  - {{ name: cart, chart: a/c, {turn} }}\n")).Passes("ML3015"));
    }

    [Fact]
    public void Applications_overwrite_each_other_only_with_the_same_chart()
    {
        Assert.True(CheckedFiles.Of(Join(Application("a", "source: { chart: c, helm: { releaseName: x } }"), Application("b", "source: { chart: c, helm: { releaseName: x } }"))).Fails("ML3015"));
        Assert.True(CheckedFiles.Of(Join(Application("a", "source: { chart: c, helm: { releaseName: x } }"), Application("b", "source: { chart: d, helm: { releaseName: x } }"))).Passes("ML3015"));
    }

    [Fact]
    public void An_empty_section_is_told_where_values_are_laid_over_a_chart()
    {
        const string values = "replicas: 3\nresources:\nnull-on-purpose: null\nalso: ~\nempty: {}\nlist:\n  - a:\n";
        Assert.Equal(["ML3017 values/cart.yaml:2", "ML3017 values/cart.yaml:7"], CheckedFiles.Of(("helmfile.yaml", "releases:\n  - { name: cart, chart: a/b, values: [values/cart.yaml] }\n"), ("values/cart.yaml", values)).Findings);
        Assert.Equal(["ML3017 values/cart.yaml:2", "ML3017 values/cart.yaml:7"], CheckedFiles.Of(("app.yaml", Application("a", "source: { path: charts/cart, helm: { valueFiles: [../../values/cart.yaml] } }")), ("values/cart.yaml", values)).Findings);
        Assert.Equal(["ML3017 values/cart.yaml:2", "ML3017 values/cart.yaml:7"], CheckedFiles.Of(("app.yaml", Application("a", "sources: [{ chart: c, helm: { valueFiles: [$values/values/cart.yaml] } }]")), ("values/cart.yaml", values)).Findings);
        Assert.Equal(["ML3017 helmfile.yaml:6"], CheckedFiles.Of(("helmfile.yaml", "releases:\n  - name: cart\n    chart: a/b\n    values:\n      - replicas: 3\n        resources:\n")).Findings);
        Assert.Equal(["ML3017 a.yaml:8"], CheckedFiles.Of("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\nspec:\n  source:\n    chart: c\n    helm: { valuesObject: {\n      resources: } }\n").Findings);
        Assert.Empty(CheckedFiles.Of(("values/cart.yaml", values), ("config.yaml", values)).Findings);
    }

    [Fact]
    public void A_charts_own_values_are_its_defaults_and_only_those_of_its_dependencies_can_be_taken_away()
    {
        const string values = "nodeSelector:\nistiod:\n  resources:\nproxy:\n  resources:\n";
        Assert.Equal(["ML3017 values.yaml:3", "ML3017 values.yaml:5"], CheckedFiles.Of(("Chart.yaml", "apiVersion: v2\nname: mesh\ndependencies: [{ name: istiod }, { name: gateway, alias: proxy }]\n"), ("values.yaml", values)).Findings);
        Assert.Empty(CheckedFiles.Of(("Chart.yaml", "apiVersion: v2\nname: mesh\n"), ("values.yaml", values)).Findings);
    }

    [Theory]
    [InlineData("password: hunter2\n", false)]
    [InlineData("password: ref+vault://secret/db#/password\n", true)]
    [InlineData("password: ENC[AES256_GCM,data:x]\nsops: { mac: \"ENC[x]\" }\n", true)]
    [InlineData("password: hunter2\nsops: {}\n", false)]
    [InlineData("list: [{ password: hunter2 }]\n", false)]
    [InlineData("enabled: true\n", true)]
    public void Secrets_of_a_helmfile_are_encrypted_or_refer_to_a_store(string secrets, bool passes)
    {
        var files = CheckedFiles.Of(("apps/helmfile.yaml", "releases:\n  - name: cart\n    chart: a/b\n    secrets:\n      - ../secrets/cart.yaml\n"), ("secrets/cart.yaml", secrets));
        Assert.Equal((passes, !passes), (files.Passes("ML3021"), files.Fails("ML3021")));
        if (!passes) Assert.Equal(["ML3021 apps/helmfile.yaml:5"], files.Findings);
    }

    [Fact]
    public void Secrets_that_are_not_among_the_files_are_not_known() => Assert.True(CheckedFiles.Of(("helmfile.yaml", "releases: [{ name: cart, chart: a/b, secrets: [gone.yaml] }]\n")).IsUnknown("ML3021"));

    [Theory]
    [InlineData("stringData: { password: hunter2 }", false)]
    [InlineData("data: { password: aHVudGVyMg== }", false)]
    [InlineData("data: { password: '' }", true)]
    [InlineData("type: Opaque", true)]
    [InlineData("stringData: { password: '<path:secret/data/db#password>' }", true)]
    [InlineData("stringData: { password: '${PASSWORD}' }", true)]
    [InlineData("data: { password: 'ENC[x]' }", true)]
    [InlineData("data: { password: aHVudGVyMg== }\nsops: { mac: x }", true)]
    public void A_secret_in_git_is_encrypted_or_a_reference(string content, bool passes) =>
        Assert.Equal(passes, CheckedFiles.Of($"apiVersion: v1\nkind: Secret\nmetadata: {{ name: db, namespace: shop }}\n{content}\n").Passes("ML3022"));

    [Theory]
    [InlineData("kubernetes", "shop", "", false)]
    [InlineData("kubernetes", "default", "", false)]
    [InlineData("kubernetes-dashboard", "shop", "", true)]
    [InlineData("localhost", "shop", "", false)]
    [InlineData("kube-dns", "kube-system", "", false)]
    [InlineData("kube-dns", "shop", "", true)]
    [InlineData("istiod", "istio-system", "app: other", false)]
    [InlineData("istiod", "istio-system", "app: istiod", true)]
    [InlineData("istiod", "istio-system", "istio: pilot", true)]
    [InlineData("istiod-revision-tag-prod", "istio-system", "app: other", false)]
    [InlineData("istiod", "istio-system", "", true)]
    [InlineData("google", "com", "", false)]
    [InlineData("web", "dev", "", true)]
    public void Some_names_of_services_belong_to_others(string name, string space, string selector, bool passes) => Assert.Equal(passes, CheckedFiles.Of(Service(name, selector, space)).Passes("ML3016"));

    [Fact]
    public void The_api_servers_own_service_and_that_of_dns_may_have_their_names()
    {
        Assert.True(CheckedFiles.Of("apiVersion: v1\nkind: Service\nmetadata: { name: kubernetes, namespace: default, labels: { component: apiserver } }\n").Passes("ML3016"));
        Assert.True(CheckedFiles.Of("apiVersion: v1\nkind: Service\nmetadata: { name: kube-dns, namespace: kube-system, labels: { k8s-app: kube-dns } }\n").Passes("ML3016"));
    }

    private static string Release(string name, string spec) => Custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, spec);

    private static string Application(string name, string spec) => Custom("argoproj.io/v1alpha1", "Application", name, $"destination: {{ namespace: shop }}, {spec}", "argocd");
}
