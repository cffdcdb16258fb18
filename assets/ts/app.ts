// Everything here makes a page nicer that already works without it.
import './copy';
import './dialog';
import './drawer';
import './file';
import './form';
import './menu';
import './reveal';
import './time';
import './toast';
