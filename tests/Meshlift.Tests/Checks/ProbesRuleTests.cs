using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class ProbesRuleTests
{
    [Theory]
    [InlineData("[cat, /tmp/ready]", true)]
    [InlineData("[/opt/curler]", true)]
    [InlineData("[curl, localhost]", false)]
    [InlineData("[sh, -c, 'test -e x && /usr/bin/wget -q localhost']", false)]
    public void A_probe_may_run_a_program_that_is_no_http_client(string command, bool passes) =>
        Assert.Equal(passes, CheckedFiles.Of(Deployment("cart", container: $"livenessProbe: {{ exec: {{ command: {command} }} }}")).Passes("ML3010"));
}
